import Storage
import LocalStorage
import HTTPSemantics
import Posix
import S3Documents
import Testing

@testable import ObjectStorage

@Suite struct BucketDecisionTests {
  private let owner = Caller.account(name: "owner", policy: nil)
  private let other = Caller.account(name: "other", policy: nil)

  // MARK: Owners and lists

  @Test func ownerMayAndNobodyElse() throws {
    let bucket = try bucket()
    #expect(bucket.decide(try get("k"), for: owner) == .allow)
    #expect(bucket.decide(try get("k"), for: .root(name: "root")) == .allow)
    #expect(bucket.decide(try get("k"), for: other) == .none)
    #expect(bucket.decide(try get("k"), for: .anonymous) == .none)
  }

  @Test func listOfTheBucketLetsListAndWrite() throws {
    let readable = try bucket { $0.acl = "public-read" }
    #expect(readable.decide(try request(.listBucket), for: .anonymous) == .allow)
    #expect(readable.decide(try request(.putObject, "k"), for: .anonymous) == .none)
    let writable = try bucket { $0.acl = "WRITE=\(Owner(account: "other").id)" }
    #expect(writable.decide(try request(.putObject, "k"), for: other) == .allow)
    #expect(writable.decide(try request(.putObject, "k"), for: .anonymous) == .none)
    #expect(writable.decide(try request(.putBucketPolicy), for: other) == .none)
  }

  @Test func listOfAnObjectLetsInWhomItNames() throws {
    let bucket = try bucket()
    #expect(!bucket.allows(.getObject, on: object("private"), to: other))
    #expect(bucket.allows(.getObject, on: object("public-read"), to: .anonymous))
    #expect(!bucket.allows(.getObject, on: object("authenticated-read"), to: .anonymous))
    #expect(bucket.allows(.getObject, on: object("authenticated-read"), to: other))
    #expect(bucket.allows(.putObjectACL, on: object(",", by: "other"), to: other))
    #expect(!bucket.allows(.deleteObject, on: object("private", by: "other"), to: other))
  }

  @Test func whatNobodyPutIsTheBucketOwners() throws {
    #expect(try bucket().owner(of: object("private", by: "")) == Owner(account: "owner"))
    #expect(try bucket().owner(of: object("private", by: "other")) == Owner(account: "other"))
  }

  // MARK: Policies

  @Test func denialOfAPolicyIsFinal() throws {
    let bucket = try bucket { $0.documents["policy"] = policy("Deny", "s3:GetObject", "b/secret/*") }
    #expect(bucket.decide(try get("secret/k"), for: owner) == .deny)
    #expect(bucket.decide(try get("secret/k"), for: other) == .deny)
    #expect(bucket.decide(try get("k"), for: owner) == .allow)
  }

  @Test func ownerWhoLockedHimselfOutMayMendThePolicy() throws {
    let bucket = try bucket { $0.documents["policy"] = policy("Deny", "s3:*", "b") }
    #expect(bucket.decide(try request(.listBucket), for: owner) == .deny)
    #expect(bucket.decide(try request(.deleteBucketPolicy), for: owner) == .allow)
    #expect(bucket.decide(try request(.deleteBucketPolicy), for: other) == .deny)
  }

  @Test func policyThatCannotBeReadDenies() throws {
    let bucket = try bucket { $0.documents["policy"] = "{" }
    #expect(bucket.decide(try get("k"), for: other) == .deny)
    #expect(bucket.decide(try request(.putBucketPolicy), for: owner) == .allow)
  }

  @Test func accountsPolicyNarrowsWhatItOwns() throws {
    let reader = Caller.account(name: "owner", policy: StoredPolicy(ofAccount: accountPolicy("s3:Get*")))
    let bucket = try bucket()
    #expect(bucket.decide(try get("k"), for: reader) == .allow)
    // The bucket's list gives its owner everything, but must not undo the policy.
    #expect(bucket.decide(try request(.putObject, "k"), for: reader) == .none)
    #expect(!bucket.allows(.putObjectACL, on: object("private", by: "owner"), to: reader))
    let unreadable = Caller.account(name: "owner", policy: StoredPolicy(ofAccount: "{}"))
    #expect(bucket.decide(try get("k"), for: unreadable) == .deny)
  }

  @Test func accountsPolicyOpensOthersBuckets() throws {
    let reader = Caller.account(name: "other", policy: StoredPolicy(ofAccount: accountPolicy("s3:Get*")))
    #expect(try bucket().decide(try get("k"), for: reader) == .allow)
  }

  // MARK: What the owner forbids the public

  @Test func publicListsCanBeIgnored() throws {
    let bucket = try bucket {
      $0.acl = "public-read"
      $0.documents["publicAccessBlock"] = block("IgnorePublicAcls")
    }
    #expect(bucket.decide(try request(.listBucket), for: other) == .none)
    #expect(!bucket.allows(.getObject, on: object("public-read"), to: other))
    #expect(bucket.allows(.getObject, on: object("READ=\(Owner(account: "other").id)"), to: other))
  }

  @Test func publicPolicyCanBeKeptToTheOwner() throws {
    let open = policy("Allow", "s3:GetObject", "b/*")
    #expect(try bucket { $0.documents["policy"] = open }.decide(try get("k"), for: .anonymous) == .allow)
    let restricted = try bucket {
      $0.documents["policy"] = open
      $0.documents["publicAccessBlock"] = block("RestrictPublicBuckets")
    }
    #expect(restricted.decide(try get("k"), for: .anonymous) == .none)
    #expect(restricted.decide(try get("k"), for: owner) == .allow)
  }

  @Test func settingThatCannotBeReadForbidsAll() throws {
    let bucket = try bucket { $0.documents["publicAccessBlock"] = "<" }
    #expect(bucket.publicAccess.blocksPublicPolicy && bucket.publicAccess.ignoresPublicACLs)
  }

  @Test func listsCountForNothingWhereTheOwnerOwnsAll() throws {
    let bucket = try bucket {
      $0.documents["ownershipControls"] = String(
        decoding: ObjectOwnership.bucketOwnerEnforced.document, as: UTF8.self)
    }
    #expect(!bucket.allows(.getObject, on: object("public-read"), to: .anonymous))
    #expect(!bucket.allows(.getObject, on: object("private", by: "other"), to: other))
    #expect(bucket.owner(of: object("private", by: "other")) == Owner(account: "owner"))
  }

  // MARK: Fixtures

  private func bucket(_ change: (inout BucketConfiguration) -> Void = { _ in }) throws -> Bucket {
    var configuration = BucketConfiguration(owner: "owner", created: Timestamp(seconds: 0, nanoseconds: 0))
    change(&configuration)
    return Bucket(try BucketName("bbb"), configuration, documents: ParsedDocuments())
  }

  private func object(_ acl: String, by name: String = "owner") -> ObjectMetadata {
    var metadata = ObjectMetadata(
      etag: "", size: 0, modified: Timestamp(seconds: 0, nanoseconds: 0), contentType: "a/b", owner: name)
    metadata.acl = acl
    return metadata
  }

  private func request(_ action: S3Action, _ key: String? = nil) throws -> AccessRequest {
    AccessRequest(
      action: action, resource: try Authorizer.resource(BucketName("bbb"), key.map { Array($0.utf8) }),
      context: PolicyContext())
  }

  private func get(_ key: String) throws -> AccessRequest { try request(.getObject, key) }

  private func policy(_ effect: String, _ action: String, _ resource: String) -> String {
    """
    {"Statement":[{"Effect":"\(effect)","Principal":"*","Action":"\(action)",
     "Resource":"arn:aws:s3:::bb\(resource)"}]}
    """
  }

  private func accountPolicy(_ action: String) -> String {
    #"{"Statement":[{"Effect":"Allow","Action":"\#(action)","Resource":"arn:aws:s3:::*"}]}"#
  }

  private func block(_ name: String) -> String {
    "<PublicAccessBlockConfiguration><\(name)>true</\(name)></PublicAccessBlockConfiguration>"
  }
}
