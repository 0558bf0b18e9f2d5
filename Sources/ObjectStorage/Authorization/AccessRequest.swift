internal import HTTPSemantics
internal import Posix
internal import S3Documents

/// A question: may this be done to that?
struct AccessRequest: Sendable {
  /// What is to be done.
  var action: S3Action
  /// To what.
  var resource: PolicyResource
  /// What else is known of the request.
  var context: PolicyContext

  /// Whether it is about the bucket's policy itself.
  var isAboutPolicy: Bool { [.getBucketPolicy, .putBucketPolicy, .deleteBucketPolicy].contains(action) }
}

extension S3Exchange {
  /// What policies can ask of the request, beside what it is about.
  func policyContext() -> PolicyContext {
    var context = PolicyContext(
      caller.principal, sourceIP: clientAddress, isSecure: origin.hasPrefix("https:"), now: Clock.now().seconds,
      headers: fields, query: query)
    if let tags = requestTags { context.setRequestTags(tags) }
    return context
  }

  private var requestTags: TagSet? {
    fields["x-amz-tagging"].flatMap { try? TagSet(query: $0, limit: TagSet.objectLimit) }
  }
}
