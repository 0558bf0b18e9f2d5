internal import ArchiveDownload
internal import EventLoop
internal import HTTPSemantics
internal import Pictures
internal import Storage
internal import WebService

extension ImageHost {
  /// Chosen pictures as one zip, made on the fly. A form without JavaScript asks for it, hence the query.
  func selection(_ exchange: Exchange) async throws(Problem) {
    let asked = exchange.request.target.query.all("picture")
    guard !asked.isEmpty else { throw Problem(.malformedRequest, .noChoice) }
    let names = asked.compactMap { StoredName($0) }
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
