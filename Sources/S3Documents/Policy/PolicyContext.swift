public import HTTPSemantics

/// What is known of a request beside who makes it and what it is about: the condition keys with their values.
public struct PolicyContext: Sendable {
  private var values: [ConditionKey: [String]] = [:]
  /// What may be spent on decisions about the request.
  public let work: PolicyWork

  /// Nothing is known.
  public init(work: PolicyWork = PolicyWork()) {
    self.work = work
  }

  /// What is known of every request.
  ///
  /// - Parameters:
  ///   - sourceIP: the client's address, as text.
  ///   - isSecure: whether the client speaks TLS.
  ///   - now: seconds since 1970.
  ///   - work: what may be spent on decisions about the request, all together.
  public init(
    _ principal: PolicyPrincipal, sourceIP: String, isSecure: Bool, now: Int64, headers: HeaderFields,
    query: QueryParameters, work: PolicyWork = PolicyWork()
  ) {
    self.work = work
    self["aws:SourceIp"] = [sourceIP]
    self["aws:SecureTransport"] = [isSecure ? "true" : "false"]
    self["aws:CurrentTime"] = [RFC3339.format(now)]
    self["aws:EpochTime"] = [String(now)]
    self["aws:PrincipalType"] = [principal == .anonymous ? "Anonymous" : "Account"]
    if case .account(let id, let name) = principal {
      self["aws:userid"] = [id]
      self["aws:username"] = [name]
    }
    self["aws:Referer"] = headers.values(of: "referer")
    self["aws:UserAgent"] = headers.values(of: "user-agent")
    for name in ["prefix", "delimiter", "max-keys"] { self["s3:\(name)"] = query.all(name) }
    self["s3:VersionId"] = query.all("versionId")
    for field in headers.fields where field.name.asciiLowercased.hasPrefix("x-amz-") {
      values[ConditionKey("s3:\(field.name)"), default: []].append(field.value)
    }
    if let source = headers["x-amz-copy-source"].flatMap({ try? CopySource($0) }) {
      self["s3:x-amz-copy-source"] = ["\(source.bucket.text)/\(source.key.text)"]
    }
  }

  /// The values of a condition key, whose name may be in any case; none if there are none.
  public subscript(_ key: String) -> [String] {
    get { values[ConditionKey(key)] ?? [] }
    set { values[ConditionKey(key)] = newValue.isEmpty ? nil : newValue }
  }

  subscript(_ key: ConditionKey) -> [String] { values[key] ?? [] }

  /// Bytes of all values.
  var length: Int {
    values.values.reduce(0) { sum, values in values.reduce(sum) { $0 + $1.utf8.count } }
  }

  /// Makes the tags of the object known that the request is about.
  public mutating func setExistingTags(_ tags: TagSet) {
    for tag in tags.tags { self["s3:ExistingObjectTag/\(tag.key)"] = [tag.value] }
  }

  /// Makes the tags known that the request brings.
  public mutating func setRequestTags(_ tags: TagSet) {
    for tag in tags.tags { self["s3:RequestObjectTag/\(tag.key)"] = [tag.value] }
    self["s3:RequestObjectTagKeys"] = tags.tags.map(\.key)
  }
}
