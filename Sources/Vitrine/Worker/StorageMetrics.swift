internal import EventLoop
internal import Journal
internal import Pictures
internal import Posix
internal import Storage
internal import WebService

/// What `/metrics` tells of the program and its store, besides the metrics of the requests.
struct StorageMetrics: Sendable {
  let pictures: Pictures
  let dataFolder: String
  let pool: BlockingPool
  let log: OperatorLog

  /// The metrics of this moment. A store that does not answer is a metric too.
  func gather() async -> [Metric] {
    let counts = await counts()
    return await pool.run { [self] in program + counts + space }
  }

  private var program: [Metric] {
    [Metric("build_info", .gauge, "The version that runs.", by: "version", [(ProgramVersion.text, 1)])]
  }

  private func counts() async -> [Metric] {
    let help = "Whether the index of pictures answers."
    do throws(StorageError) {
      let totals = try await pictures.totals()
      return [
        Metric("index_up", .gauge, help, 1),
        Metric(
          "pictures", .gauge, "Pictures in the store.", by: "visibility",
          [("public", totals.listed), ("unlisted", totals.unlisted)]),
        Metric("picture_bytes", .gauge, "Length of all pictures.", totals.bytes),
      ]
    } catch {
      log.error("cannot count the pictures: \(error)")
      return [Metric("index_up", .gauge, help, 0)]
    }
  }

  private var space: [Metric] {
    guard let space = try? FileSystemSpace(ofPath: dataFolder) else { return [] }
    return [
      Metric(
        "data_size_bytes", .gauge, "Size of the file system of the data folder, without what is reserved for root.",
        space.totalBytes),
      Metric("data_available_bytes", .gauge, "What may still be written there.", space.availableBytes),
      Metric(
        "data_inodes", .gauge, "Files that the file system can hold; 0 where it knows no such limit.", space.totalInodes
      ),
      Metric("data_available_inodes", .gauge, "Files that may still be made there.", space.availableInodes),
    ]
  }
}
