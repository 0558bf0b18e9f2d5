internal import HTTPSemantics
internal import Storage
internal import WebService
internal import ZipArchive

/// The header fields of an archive.
enum ArchiveFields {
  /// - Parameter fileName: the name that the client wants for the file; nil for the folder's.
  static func make(
    _ plan: ArchivePlan, _ validators: ArchiveValidators, _ selection: RangeSelection, fileName: String?
  ) -> HeaderFields {
    var fields = HeaderFields()
    fields.set("ETag", plan.entityTag.description)
    if let modified = validators.validators.lastModified { fields.set("Last-Modified", HTTPDate.format(modified)) }
    fields.set("Accept-Ranges", "bytes")
    fields.set("Cache-Control", "no-cache")
    if let range = selection.contentRange(length: plan.layout.totalLength) { fields.set("Content-Range", range) }
    switch selection {
    case .whole, .partial:
      fields.set("Content-Type", "application/zip")
      fields.set("X-Content-Type-Options", "nosniff")
      fields.set("Content-Disposition", disposition(plan.source.name, fileName))
    case .notModified, .preconditionFailed, .unsatisfiable: break
    }
    return fields
  }

  private static func disposition(_ archive: String, _ asked: String?) -> String {
    var name = asked.map { FileName(clientSupplied: $0).text } ?? ""
    if name.isEmpty || name == "." || name == ".." { name = archive + ".zip" }
    if !name.lowercased().hasSuffix(".zip") { name += ".zip" }
    return ContentDisposition.attachment(filename: name).fieldValue
  }
}
