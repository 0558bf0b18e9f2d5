import HTTPSemantics
import S3Documents
import Testing

@Suite struct PolicyTests {
  private let bucket = try! BucketName("bkt")
  private let alice = PolicyPrincipal.account(id: "0123abcd", name: "alice")
  private let bob = PolicyPrincipal.account(id: "4567ef01", name: "bob")

  private func object(_ key: String) -> PolicyResource { .object(bucket, try! ObjectKey(key)) }

  /// A policy of one statement, with quotes written as `'`.
  private func policy(_ statement: String) throws -> PolicyDocument {
    try PolicyDocument(
      [UInt8]("{'Version':'2012-10-17','Statement':[{\(statement)}]}".replacing("'", with: "\"")), for: bucket)
  }

  private func allow(_ rest: String) throws -> PolicyDocument {
    try policy(
      "'Effect':'Allow','Principal':'*','Action':'s3:GetObject','Resource':'arn:aws:s3:::bkt/*',\(rest)")
  }

  private func context(_ values: [String: [String]] = [:]) -> PolicyContext {
    var context = PolicyContext()
    for (key, value) in values { context[key] = value }
    return context
  }

  /// What `mc anonymous set download` writes.
  private let download = """
    {"Statement":[{"Action":["s3:GetBucketLocation","s3:ListBucket"],"Effect":"Allow","Principal":{"AWS":["*"]},
    "Resource":["arn:aws:s3:::bkt"]},{"Action":["s3:GetObject"],"Effect":"Allow","Principal":{"AWS":["*"]},
    "Resource":["arn:aws:s3:::bkt/*"]}],"Version":"2012-10-17"}
    """

  @Test func everybodyMayReadWhatMcMakesPublic() throws {
    let policy = try PolicyDocument([UInt8](download), for: bucket)
    #expect(policy.isPublic)
    #expect(policy.decide(.anonymous, .getObject, on: object("a/b"), context()) == .allow)
    #expect(policy.decide(alice, .listBucket, on: .bucket(bucket), context()) == .allow)
    #expect(policy.decide(.anonymous, .putObject, on: object("a"), context()) == .none)
    #expect(policy.decide(.anonymous, .deleteObject, on: object("a"), context()) == .none)
    #expect(policy.decide(.anonymous, .listBucket, on: object("a"), context()) == .none)
    #expect(
      policy.decide(.anonymous, .getObject, on: .object(try BucketName("bkt2"), try ObjectKey("a")), context())
        == .none)
  }

  @Test func prefixOfAListingIsACondition() throws {
    let policy = try policy(
      "'Effect':'Allow','Principal':{'AWS':'*'},'Action':'s3:ListBucket','Resource':'arn:aws:s3:::bkt',"
        + "'Condition':{'StringLike':{'s3:prefix':['public/*','']}}")
    func decide(_ context: PolicyContext) -> PolicyDecision {
      policy.decide(.anonymous, .listBucket, on: .bucket(bucket), context)
    }
    #expect(decide(context(["s3:prefix": ["public/x"]])) == .allow)
    #expect(decide(context(["S3:Prefix": [""]])) == .allow)
    #expect(decide(context(["s3:prefix": ["private/x"]])) == .none)
    #expect(decide(context()) == .none)
    #expect(policy.isPublic)
  }

  @Test func aDenialGoesBeforeAllThatAllows() throws {
    let text = """
      {"Statement":[
        {"Effect":"Allow","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::bkt/*"},
        {"Effect":"Deny","Principal":{"AWS":"*"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::bkt/*",
         "Condition":{"StringLike":{"s3:x-amz-acl":"public*"}}}]}
      """
    let policy = try PolicyDocument([UInt8](text), for: bucket)
    #expect(policy.decide(alice, .putObject, on: object("k"), context()) == .allow)
    #expect(policy.decide(alice, .putObject, on: object("k"), context(["s3:x-amz-acl": ["public-read"]])) == .deny)
    #expect(policy.decide(alice, .putObject, on: object("k"), context(["s3:x-amz-acl": ["private"]])) == .allow)
  }

  @Test(arguments: [
    ("'*'", true, true, true),
    ("{'AWS':'*'}", true, true, true),
    ("{'AWS':['0123abcd']}", false, true, false),
    ("{'AWS':'alice'}", false, true, false),
    ("{'CanonicalUser':'0123abcd'}", false, true, false),
    ("{'AWS':'arn:aws:iam::0123abcd:root'}", false, true, false),
    ("{'AWS':'arn:aws:iam::alice:root'}", false, true, false),
    ("{'AWS':'arn:aws:iam:::user/alice'}", false, true, false),
    ("{'AWS':'arn:aws:iam::alice:user/path/alice'}", false, true, false),
    ("{'AWS':'arn:aws:iam::999:user/alice'}", false, false, false),
    ("{'AWS':'arn:aws:iam::tenant:root'}", false, false, false),
    ("{'AWS':'arn:aws:sts::alice:root'}", false, false, false),
    ("{'AWS':['bob','alice']}", false, true, true),
    ("{'Service':'logging.s3.amazonaws.com'}", false, false, false),
    ("{'Service':'x','AWS':'bob'}", false, false, true),
  ])
  func principals(text: String, anonymous: Bool, forAlice: Bool, forBob: Bool) throws {
    let policy = try policy(
      "'Effect':'Allow','Principal':\(text),'Action':'s3:GetObject','Resource':'arn:aws:s3:::bkt/*'")
    for (principal, isAllowed) in [(PolicyPrincipal.anonymous, anonymous), (alice, forAlice), (bob, forBob)] {
      #expect((policy.decide(principal, .getObject, on: object("k"), context()) == .allow) == isAllowed)
    }
    #expect(policy.isPublic == anonymous)
  }

  @Test func othersThanThePrincipalCanBeDenied() throws {
    let policy = try policy(
      "'Effect':'Deny','NotPrincipal':{'AWS':'alice'},'Action':'s3:*','Resource':'arn:aws:s3:::bkt/*'")
    #expect(policy.decide(alice, .getObject, on: object("k"), context()) == .none)
    #expect(policy.decide(bob, .getObject, on: object("k"), context()) == .deny)
    #expect(policy.decide(.anonymous, .getObject, on: object("k"), context()) == .deny)
    #expect(!policy.isPublic)
  }

  @Test(arguments: [
    ("'Action':'s3:GetObject'", true), ("'Action':['s3:PutObject','s3:GetObject']", true), ("'Action':'*'", true),
    ("'Action':'s3:*'", true), ("'Action':'s3:Get*'", true), ("'Action':'S3:getobject'", true),
    ("'Action':'s3:Get?bject'", true), ("'Action':'s3:PutObject'", false), ("'Action':'s3:GetObjectAcl'", false),
    ("'NotAction':'s3:PutObject'", true), ("'NotAction':'s3:Get*'", false), ("'Action':'s3:RestoreObject'", false),
  ])
  func actions(text: String, isAllowed: Bool) throws {
    let policy = try policy("'Effect':'Allow','Principal':'*',\(text),'Resource':'arn:aws:s3:::bkt/*'")
    #expect((policy.decide(.anonymous, .getObject, on: object("k"), context()) == .allow) == isAllowed)
  }

  @Test(arguments: [
    ("'Resource':'arn:aws:s3:::bkt/*'", true), ("'Resource':'arn:aws:s3:::bkt/public/*'", true),
    ("'Resource':'arn:aws:s3:::bkt/public/cat.jpg'", true), ("'Resource':'arn:aws:s3:::bkt/*.jpg'", true),
    ("'Resource':'arn:aws:s3:::bkt/public/c?t.jpg'", true), ("'Resource':'arn:aws:s3:::*'", true),
    ("'Resource':['arn:aws:s3:::*/*']", true), ("'Resource':'arn:aws:s3:::b*'", true), ("'Resource':'*'", true),
    ("'Resource':['arn:aws:s3:::bkt','arn:aws:s3:::bkt/x']", false), ("'Resource':'arn:aws:s3:::bkt/Public/*'", false),
    ("'NotResource':'arn:aws:s3:::bkt/private/*'", true), ("'NotResource':'arn:aws:s3:::bkt/public/*'", false),
    ("'Resource':'arn:aws:s3:::bkt'", false),
  ])
  func resources(text: String, isAllowed: Bool) throws {
    let policy = try policy("'Effect':'Allow','Principal':'*','Action':'s3:GetObject',\(text)")
    #expect((policy.decide(.anonymous, .getObject, on: object("public/cat.jpg"), context()) == .allow) == isAllowed)
  }

  @Test func policiesOfAccountsNameNoPrincipal() throws {
    let text = """
      {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["s3:*"],
       "Resource":["arn:aws:s3:::home-${aws:username}","arn:aws:s3:::home-${aws:username}/*"]}}
      """
    let policy = try PolicyDocument(forAccount: [UInt8](text))
    let home = PolicyResource.bucket(try BucketName("home-alice"))
    #expect(policy.decide(alice, .listBucket, on: home, context(["aws:username": ["alice"]])) == .allow)
    #expect(policy.decide(bob, .listBucket, on: home, context(["aws:username": ["bob"]])) == .none)
    #expect(policy.decide(bob, .listBucket, on: home, context()) == .none)
    #expect(policy.decide(alice, .listAllMyBuckets, on: .service, context(["aws:username": ["alice"]])) == .none)
    let all = #"{"Statement":[{"Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"}]}"#
    #expect(
      try PolicyDocument(forAccount: [UInt8](all)).decide(alice, .listAllMyBuckets, on: .service, context()) == .allow)
    #expect(throws: S3Error.self) { try PolicyDocument(forAccount: [UInt8](download)) }
  }

  @Test func tagsAreConditions() throws {
    let policy = try allow("'Condition':{'StringEquals':{'s3:ExistingObjectTag/Security':'public'}}")
    #expect(policy.asksForExistingTags)
    func decide(_ tags: (String, String)...) throws -> PolicyDecision {
      var context = PolicyContext()
      context.setExistingTags(try TagSet(tags.map { Tag(key: $0.0, value: $0.1) }, limit: 10))
      return policy.decide(alice, .getObject, on: object("k"), context)
    }
    #expect(try decide(("Security", "public"), ("foo", "bar")) == .allow)
    #expect(try decide(("Security", "private")) == .none)
    #expect(try decide(("security", "public")) == .none)
    #expect(try decide() == .none)

    let request = try allow(
      "'Condition':{'StringEquals':{'s3:RequestObjectTag/a':'1'},"
        + "'ForAllValues:StringEquals':{'s3:RequestObjectTagKeys':['a','b']}}")
    #expect(!request.asksForExistingTags)
    var context = PolicyContext()
    context.setRequestTags(try TagSet(query: "a=1&b=2", limit: 10))
    #expect(request.decide(alice, .getObject, on: object("k"), context) == .allow)
    context.setRequestTags(try TagSet(query: "a=1&c=2", limit: 10))
    #expect(request.decide(alice, .getObject, on: object("k"), context) == .none)
  }

  @Test func contextIsTakenFromTheRequest() throws {
    let context = PolicyContext(
      alice, sourceIP: "10.1.2.3", isSecure: true, now: 0,
      headers: [
        "Referer": "http://a/", "User-Agent": "curl", "X-Amz-Acl": "private",
        "x-amz-copy-source": "/src/a%20b?versionId=null",
      ],
      query: try QueryParameters(parsing: Array("prefix=p%2F&delimiter=%2F&max-keys=5&versionId=null".utf8)))
    #expect(context["aws:sourceip"] == ["10.1.2.3"])
    #expect(context["aws:SecureTransport"] == ["true"])
    #expect(context["aws:CurrentTime"] == ["1970-01-01T00:00:00Z"])
    #expect(context["aws:username"] == ["alice"])
    #expect(context["aws:userid"] == ["0123abcd"])
    #expect(context["aws:Referer"] == ["http://a/"])
    #expect(context["s3:prefix"] == ["p/"])
    #expect(context["s3:max-keys"] == ["5"])
    #expect(context["s3:x-amz-acl"] == ["private"])
    #expect(context["s3:x-amz-copy-source"] == ["src/a b"])
    #expect(context["s3:x-amz-grant-read"].isEmpty)
    #expect(
      PolicyContext(
        .anonymous, sourceIP: "", isSecure: false, now: 0, headers: [:], query: QueryParameters())["aws:username"]
        .isEmpty)
  }
}
