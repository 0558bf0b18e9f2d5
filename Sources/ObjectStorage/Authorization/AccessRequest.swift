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
  /// - Parameters:
  ///   - tags: those of its body, if that brings any.
  ///   - work: what decisions may cost; nil for that of the request.
  func policyContext(tags: TagSet? = nil, work: PolicyWork? = nil) -> PolicyContext {
    var context = PolicyContext(
      caller.principal, sourceIP: clientAddress, isSecure: origin.hasPrefix("https:"), now: Clock.now().seconds,
      headers: fields, query: query, work: work ?? policyWork)
    if let tags = tags ?? tagsOfFields { context.setRequestTags(tags) }
    return context
  }

  /// The tags that the header gives an object. Where nothing is done with them, they must open nothing.
  private var tagsOfFields: TagSet? {
    switch operation {
    case .putObject, .createUpload, .postForm: break
    case .copyObject: guard (try? CopyDirective.tagging(fields)) == .replace else { return nil }
    default: return nil
    }
    return fields["x-amz-tagging"].flatMap { try? TagSet(query: $0, limit: TagSet.objectLimit) }
  }
}
