internal import EventLoop
internal import Journal
internal import Pictures
internal import Posix
internal import Storage
internal import WebService

/// What `/metrics` tells of the program and its store, besides the figures of the requests.
struct StorageMetrics: Sendable {
  let pictures: Pictures
  let dataFolder: String
  let pool: BlockingPool
  let log: OperatorLog

  /// The figures of this moment. A store that does not answer is a figure too.
  func gather() async -> [Figure] {
    let counts = await counts()
    return await pool.run { [self] in program + counts + space }
  }

  private var program: [Figure] {
    [Figure("build_info", .gauge, "The version that runs.", by: "version", [(ProgramVersion.text, 1)])]
  }

  private func counts() async -> [Figure] {
    let help = "Whether the index of pictures answers."
    do throws(StorageError) {
      let totals = try await pictures.totals()
      return [
        Figure("index_up", .gauge, help, 1),
        Figure(
          "pictures", .gauge, "Pictures in the store.", by: "visibility",
          [("public", totals.listed), ("unlisted", totals.unlisted)]),
        Figure("picture_bytes", .gauge, "Length of all pictures.", totals.bytes),
      ]
    } catch {
      log.error("cannot count the pictures: \(error)")
      return [Figure("index_up", .gauge, help, 0)]
    }
  }

  private var space: [Figure] {
    guard let space = try? FileSystemSpace(ofPath: dataFolder) else { return [] }
    return [
      Figure("data_size_bytes", .gauge, "Size of the file system of the data folder.", space.totalBytes),
      Figure("data_available_bytes", .gauge, "What may still be written there.", space.availableBytes),
      Figure("data_available_inodes", .gauge, "Files that may still be made there.", space.availableInodes),
    ]
  }
}
