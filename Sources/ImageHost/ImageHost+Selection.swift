internal import ArchiveDownload
internal import EventLoop
internal import HTTPSemantics
internal import LocalStorage
internal import Posix
internal import Storage
internal import WebService

extension ImageHost {
  /// Chosen pictures as one zip, made on the fly. A form without JavaScript asks for it, hence the query.
  func selection(_ exchange: Exchange) async throws(Problem) {
    let asked = exchange.request.target.query.all("picture")
    guard !asked.isEmpty else { throw Problem(.malformedRequest, .noChoice) }
    let names = asked.compactMap { StoredName($0) }
    let selection: PictureSelection
    do throws(StoreError) {
      selection = try await pool.run { [store] () throws(StoreError) in
        try PictureSelection(names, store: store, now: Clock.now())
      }
    } catch {
      throw Problem(.internalError, context: "store: \(error)")
    }
    guard !selection.members.isEmpty else { throw Problem(.notFound) }
    try await archives.deliver(ArchiveSource(name: "pictures", selection.tree), to: exchange)
  }
}
