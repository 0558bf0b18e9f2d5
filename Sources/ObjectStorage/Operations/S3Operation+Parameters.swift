internal import HTTPSemantics
internal import S3Documents

/// The parameters that an operation understands. What it does not understand it refuses: left out, such a parameter could
/// turn a question about a part into a change of the whole.
extension S3Operation {
  /// Refuses parameters that mean nothing here. A get of an object ignores them, as S3 does: pages add some to the
  /// addresses of pictures and scripts, to have them loaded anew.
  ///
  /// - Throws: `NotImplemented`.
  func refuseUnknown(_ query: QueryParameters) throws(S3Error) {
    switch self {
    case .getObject, .headObject: return
    default: break
    }
    let parameters = S3OperationTable.entry(of: self)?.parameters ?? []
    for parameter in query.parameters {
      let name = String(decoding: parameter.name, as: UTF8.self)
      if Self.isOfEveryRequest(name) || parameters.contains(name) { continue }
      // Those that name the operation were looked at before.
      if let resource = SubResource(rawValue: name), resource.role == .operation { continue }
      throw .notImplemented(parameter: name)
    }
  }

  /// Refuses a version where the operation has none, such as a put.
  ///
  /// - Throws: `InvalidArgument`.
  func refuseVersion(_ query: QueryParameters) throws(S3Error) {
    guard let version = query.first(SubResource.versionID.rawValue),
      S3OperationTable.entry(of: self)?.takesVersion != true
    else { return }
    throw .invalidArgument(
      "This operation does not accept a version-id.", name: SubResource.versionID.rawValue, value: version)
  }

  /// Signatures, fields of a presigned address, what clients add for their own statistics (`x-id`), and the version of the
  /// API, which Apache Libcloud names.
  private static func isOfEveryRequest(_ name: String) -> Bool {
    let name = name.lowercased()
    return name.hasPrefix("x-")
      || ["awsaccesskeyid", "signature", "expires", "content-type", "content-md5", "version"].contains(name)
  }
}
