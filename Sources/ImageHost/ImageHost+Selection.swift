internal import ArchiveDownload
internal import EventLoop
internal import HTTPSemantics
internal import Pictures
internal import Storage
internal import WebService

extension ImageHost {
  nonisolated static let chosen = Parameter.text(
    "picture", "The name of a picture; once for each.", missing: .noChoice, isRepeatable: true)

  /// Chosen pictures as one zip, made on the fly. A form without JavaScript asks for it, hence the query.
  func selection(_ exchange: Exchange) async throws(Problem) {
    let names = exchange.values(Self.chosen).compactMap { StoredName($0) }
    let selection: PictureSelection
    do throws(StorageError) {
      selection = PictureSelection(try await pictures.metadata(ofEach: names))
    } catch {
      throw Problem(error)
    }
    guard !selection.members.isEmpty else { throw Problem(.notFound) }
    try await archives.deliver(ArchiveSource(name: "pictures", selection.tree), to: exchange)
  }
}
