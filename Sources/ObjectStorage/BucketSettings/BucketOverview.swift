internal import EventLoop
internal import HTTPSemantics
internal import Posix
internal import S3Documents
public import Storage

/// What is set for a bucket, and how much it holds.
public struct BucketOverview: Sendable {
  /// The account that it belongs to.
  public let owner: String
  /// Whether it is the folder of another service, for which nothing can be set.
  public let isBuiltIn: Bool
  /// How much it holds; nil for an account that may not list it, and for the folder of another service.
  public let totals: BucketTotals?
  /// Its policy document; nil where there is none, or for an account that may not read it.
  public let policy: String?
  /// Its CORS configuration, likewise.
  public let crossOriginRules: String?
  /// Whether its policy lets everybody do something.
  public let isPublic: Bool
}

/// Tells of buckets in one answer what an account could find out in several.
@EventLoopActor
struct BucketOverviews {
  let router: BucketRouter
  let authenticator: Authenticator
  let authorizer: Authorizer

  /// What an account could find out about a bucket by listing it and asking for its documents, in one answer.
  /// - Parameters:
  ///   - address: the client's, which a policy may ask for.
  ///   - isSecure: whether the client speaks TLS, likewise.
  /// - Returns: nil where there is no such bucket, or where the account may find out nothing.
  func overview(
    of bucketName: String, account: String, address: String, isSecure: Bool
  ) async -> BucketOverview? {
    guard let name = try? BucketName(bucketName), let bucket = try? await authorizer.bucket(name) else { return nil }
    let caller = await authenticator.caller(account)
    let context = PolicyContext(
      caller.principal, sourceIP: address, isSecure: isSecure, now: Clock.now().seconds, headers: HeaderFields(),
      query: QueryParameters())
    func may(_ action: S3Action) async -> Bool {
      let access = AccessRequest(action: action, resource: .bucket(name), context: context)
      return await authorizer.decide(access, in: bucket, for: caller) == .allow
    }
    let (mayList, maySeePolicy) = (await may(.listBucket), await may(.getBucketPolicy))
    let maySeeRules = await may(.getBucketCORS)
    guard mayList || maySeePolicy || maySeeRules else { return nil }
    var totals: BucketTotals?
    if mayList { totals = try? await router.totals(of: bucketName) }
    let documents = bucket.configuration.documents
    return BucketOverview(
      owner: bucket.configuration.owner, isBuiltIn: router.isBuiltIn(bucketName), totals: totals,
      policy: maySeePolicy ? documents[BucketDocument.policy.rawValue] : nil,
      crossOriginRules: maySeeRules ? documents[BucketDocument.cors.rawValue] : nil,
      isPublic: bucket.policy?.isPublic ?? false && !bucket.publicAccess.restrictsPublicBuckets)
  }
}
