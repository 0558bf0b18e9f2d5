internal import HTTPSemantics

/// What an error's document says of the request that failed.
public struct ErrorSubject: Sendable, Equatable {
  /// The path that was asked for, as the client sent it.
  public var resource: String
  /// The bucket in it, if there is one.
  public var bucket: String?
  /// The key in it, if there is one.
  public var key: String?
  /// The request's id, that of `x-amz-request-id`.
  public var requestID: String
  /// The server's id, that of `x-amz-id-2`.
  public var hostID: String

  /// A request.
  public init(resource: String, bucket: String? = nil, key: String? = nil, requestID: String, hostID: String) {
    self.resource = resource
    self.bucket = bucket
    self.key = key
    self.requestID = requestID
    self.hostID = hostID
  }
}

extension S3Error {
  /// The error's document: `Error` with the code, the message, the details, and what was asked for. It has no
  /// namespace, as S3's has none.
  public func document(_ subject: ErrorSubject) -> [UInt8] {
    XMLWriter.document("Error", namespace: nil) { xml in
      xml.element("Code", code)
      xml.element("Message", message)
      for detail in details { xml.element(detail.name, detail.value) }
      let isAboutSomethingElse = details.contains { $0.name == "BucketName" }
      if !isAboutSomethingElse {
        if let bucket = subject.bucket { xml.element("BucketName", bucket) }
        if let key = subject.key { xml.element("Key", key) }
      }
      xml.element("Resource", subject.resource)
      xml.element("RequestId", subject.requestID)
      xml.element("HostId", subject.hostID)
    }
  }
}
