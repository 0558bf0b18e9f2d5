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
    guard let version = query.first(SubResource.versionID.rawValue), !takesVersion else { return }
    throw .invalidArgument(
      "This operation does not accept a version-id.", name: SubResource.versionID.rawValue, value: version)
  }

  /// Whether it is about a version of an object.
  private var takesVersion: Bool {
    switch self {
    case .getObject, .headObject, .deleteObject, .objectTags, .setObjectTags, .deleteObjectTags, .objectACL,
      .setObjectACL, .attributes:
      true
    default: false
    }
  }

  /// Looks at the version that a request names: an object here has one, `null`.
  ///
  /// - Throws: `NoSuchVersion`, or `InvalidArgument` for an empty one.
  static func checkVersion(_ query: QueryParameters) throws(S3Error) {
    guard let version = query.first(SubResource.versionID.rawValue) else { return }
    guard !version.isEmpty else {
      throw .invalidArgument(
        "Version id cannot be the empty string", name: SubResource.versionID.rawValue, value: version)
    }
    guard version == VersionID.null else { throw .noSuchVersion(version) }
  }

  /// Signatures, fields of a presigned address, what clients add for their own statistics (`x-id`), and the version of the
  /// API, which Apache Libcloud names.
  private static func isOfEveryRequest(_ name: String) -> Bool {
    let name = name.lowercased()
    return name.hasPrefix("x-")
      || ["awsaccesskeyid", "signature", "expires", "content-type", "content-md5", "version"].contains(name)
  }

  private var parameters: Set<String> {
    switch self {
    case .listBuckets: ["prefix", "continuation-token", "max-buckets"]
    case .listObjects, .listObjectsV2, .listVersions, .listUploads: Self.listing
    case .listParts: ["encoding-type", "max-parts", "part-number-marker"]
    case .uploadPart, .uploadPartCopy: [SubResource.partNumber.rawValue]
    case .archive: [SubResource.member.rawValue, SubResource.name.rawValue]
    default: takesVersion ? [SubResource.versionID.rawValue] : []
    }
  }

  /// Of all kinds of listings. `metadata` (MinIO) and `allow-unordered` (Ceph) allow more than they ask for: a listing
  /// without metadata, and one in order, are good answers to them. `bucket`, `key` and `etag` are what the redirect after a
  /// form adds to an address, which may be a bucket's.
  private static let listing: Set<String> = [
    "allow-unordered", "bucket", "continuation-token", "delimiter", "encoding-type", "etag", "fetch-owner", "key",
    "key-marker", "list-type", "marker", "max-keys", "max-uploads", "metadata", "prefix", "start-after",
    "upload-id-marker", "version-id-marker",
  ]
}
