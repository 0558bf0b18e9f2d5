internal import EventLoop
internal import FileStore
internal import HTTPSemantics
internal import WebService
internal import ZipArchive

/// The header fields of an archive.
@EventLoopActor
enum ArchiveFields {
  static func make(_ snapshot: ArchiveSnapshot, _ selection: RangeSelection, fileName: String?) -> HeaderFields {
    var fields = HeaderFields()
    if let etag = snapshot.validators.etag { fields.set("ETag", etag.description) }
    if let modified = snapshot.validators.lastModified { fields.set("Last-Modified", HTTPDate.format(modified)) }
    fields.set("Accept-Ranges", "bytes")
    fields.set("Cache-Control", "no-cache")
    if let range = selection.contentRange(length: snapshot.layout.totalLength) { fields.set("Content-Range", range) }
    switch selection {
    case .whole, .partial:
      fields.set("Content-Type", "application/zip")
      fields.set("X-Content-Type-Options", "nosniff")
      fields.set("Content-Disposition", disposition(snapshot, fileName))
    case .notModified, .preconditionFailed, .unsatisfiable: break
    }
    return fields
  }

  private static func disposition(_ snapshot: ArchiveSnapshot, _ asked: String?) -> String {
    var name = asked.map { FileName(clientSupplied: $0).text } ?? ""
    if name.isEmpty || name == "." || name == ".." { name = snapshot.source.name + ".zip" }
    if !name.lowercased().hasSuffix(".zip") { name += ".zip" }
    return ContentDisposition.attachment(filename: name).fieldValue
  }
}
