public import HTTPSemantics

/// An error as S3 reports it: a code that clients act upon, its status, a text for people, and what belongs to the case.
///
/// The codes stand in four tables by topic, `S3Error+Access`, `+Buckets`, `+Objects` and `+Requests`, with their status,
/// message and details.
public struct S3Error: Error, Equatable, Sendable {
  /// The code, such as `NoSuchKey`.
  public let code: String
  /// The status of the response.
  public let status: HTTPStatus
  /// What went wrong, in S3's strings.
  public let message: String
  /// What belongs to this case: elements of the error's document beside those that every error has, such as
  /// `ArgumentName`, in the order in which they are written.
  public let details: [NameValuePair]

  /// An error of one's own; S3's are static members.
  ///
  /// - Parameter details: elements by name; those without a value are left out.
  public init(
    _ code: String, _ status: HTTPStatus, _ message: String, _ details: KeyValuePairs<String, String?> = [:]
  ) {
    self.init(code, status, message, details.compactMap { name, value in value.map { NameValuePair(name, $0) } })
  }

  /// An error of one's own, with details in a list.
  public init(_ code: String, _ status: HTTPStatus, _ message: String, _ details: [NameValuePair]) {
    self.code = code
    self.status = status
    self.message = message
    self.details = details
  }

  /// The same error, about a bucket and key that are not those of the request, such as the source of a copy.
  public func about(bucket: String, key: String? = nil) -> S3Error {
    var details = details.filter { $0.name != "BucketName" && $0.name != "Key" }
    details.append(NameValuePair("BucketName", bucket))
    if let key { details.append(NameValuePair("Key", key)) }
    return S3Error(code, status, message, details)
  }
}
