import Digests
import HTTPSemantics
import Posix
import Testing

@Suite struct AccessTests {
  private static let ada = Account(name: "ada", secret: "secret-of-ada-0123456789")

  /// The document of a policy with one statement.
  private static func policy(
    _ effect: String, _ actions: String, _ resource: String, principal: String = "*", more: String = ""
  ) -> [UInt8] {
    Array(
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"\(effect)","Principal":{"AWS":["\(principal)"]},\
      "Action":"\(actions)","Resource":"arn:aws:s3:::\(resource)"\(more)}]}
      """.utf8)
  }

  @Test func strangerSeesNothing() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      try await service.put("/shelf/k", body: [1])
      for (method, target) in [("GET", "/shelf/k"), ("GET", "/shelf"), ("PUT", "/shelf/new"), ("DELETE", "/shelf/k")] {
        #expect(try await service.store(method, target, as: nil).code == "AccessDenied", "\(method) \(target)")
      }
    }
  }

  @Test func wrongSecretAndUnknownKeyAreRefused() async throws {
    try await withService { service async throws in
      let wrong = Account(name: Account.root.name, secret: "not the secret")
      #expect(try await service.get("/", as: wrong).code == "SignatureDoesNotMatch")
      #expect(try await service.get("/", as: Self.ada).code == "InvalidAccessKeyId")
    }
  }

  @Test func whatWasChangedAfterSigningIsRefused() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      var request = WebServerRequest("PUT", "/shelf/k", .objectStore, fields: ["x-amz-meta-a": "1"], body: [1])
      S3TestSigner(.root).sign(&request)
      var other = request
      other.target = "/shelf/other"
      #expect(try await service.send(other).code == "SignatureDoesNotMatch")
      other = request
      other.fields["x-amz-meta-a"] = "2"
      #expect(try await service.send(other).code == "SignatureDoesNotMatch")
      other = request
      other.body = [2]
      #expect(try await service.send(other).code == "XAmzContentSHA256Mismatch")
      #expect(try await service.get("/shelf?list-type=2").elements("Key").isEmpty)
      #expect(try await service.send(request).status == 200)
    }
  }

  @Test func oldSignatureIsRefused() async throws {
    try await withService { service async throws in
      var request = WebServerRequest("GET", "/", .objectStore)
      S3TestSigner(.root, secondsAgo: 16 * 60).sign(&request)
      #expect(try await service.send(request).code == "RequestTimeTooSkewed")
    }
  }

  @Test func presignedLinkIsGoodForWhatItNamesUntilItEnds() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      try await service.put("/shelf/k", body: Array("content".utf8))
      var link = WebServerRequest("GET", "/shelf/k", .objectStore)
      S3TestSigner(.root).presign(&link, expires: 60)
      #expect(try await service.send(link).text == "content")
      var other = link
      other.method = "DELETE"
      #expect(try await service.send(other).code == "SignatureDoesNotMatch")
      other = link
      other.target = link.target.map { $0 == "k" ? "l" : String($0) }.joined()
      #expect(try await service.send(other).status == 403)
      var old = WebServerRequest("GET", "/shelf/k", .objectStore)
      S3TestSigner(.root, secondsAgo: 61).presign(&old, expires: 60)
      #expect(try await service.send(old).code == "AccessDenied")
    }
  }

  @Test func presignedPutStoresAnObject() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      var link = WebServerRequest("PUT", "/shelf/k", .objectStore, body: Array("by link".utf8))
      S3TestSigner(.root).presign(&link, expires: 60)
      #expect(try await service.send(link).status == 200)
      #expect(try await service.get("/shelf/k").text == "by link")
    }
  }

  @Test func publicReadPolicyLetsStrangersReadAndNoMore() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      try await service.put("/shelf/k", body: [1])
      #expect(
        try await service.put("/shelf?policy", body: Self.policy("Allow", "s3:GetObject", "shelf/*")).status == 204)
      #expect(try await service.get("/shelf/k", as: nil).body == [1])
      #expect(try await service.put("/shelf/k", body: [2], as: nil).code == "AccessDenied")
      #expect(try await service.get("/shelf", as: nil).code == "AccessDenied")
      #expect(try await service.delete("/shelf?policy").status == 204)
      #expect(try await service.get("/shelf/k", as: nil).code == "AccessDenied")
    }
  }

  @Test func denialWinsOverPermission() async throws {
    try await withService { service async throws in
      try await service.addKey(Self.ada)
      try await service.put("/ada-shelf", as: Self.ada)
      try await service.put("/ada-shelf/secret/k", body: [1], as: Self.ada)
      let denial = Self.policy("Deny", "s3:GetObject", "ada-shelf/secret/*")
      #expect(try await service.put("/ada-shelf?policy", body: denial, as: Self.ada).status == 204)
      #expect(try await service.get("/ada-shelf/secret/k", as: Self.ada).code == "AccessDenied")
      try await service.put("/ada-shelf/open", body: [2], as: Self.ada)
      #expect(try await service.get("/ada-shelf/open", as: Self.ada).body == [2])
    }
  }

  @Test func accountSeesItsOwnBucketsOnly() async throws {
    try await withService { service async throws in
      try await service.addKey(Self.ada)
      try await service.put("/shelf")
      try await service.put("/shelf/k", body: [1])
      try await service.put("/ada-shelf", as: Self.ada)
      #expect(try await service.get("/", as: Self.ada).elements("Name") == ["ada-shelf"])
      #expect(try await service.get("/shelf/k", as: Self.ada).code == "AccessDenied")
      #expect(try await service.put("/shelf", as: Self.ada).code == "BucketAlreadyExists")
    }
  }

  @Test func bucketPolicyLetsAnotherAccountIn() async throws {
    try await withService { service async throws in
      try await service.addKey(Self.ada)
      try await service.put("/shelf")
      try await service.put("/shelf/k", body: [1])
      let policy = Self.policy("Allow", "s3:GetObject", "shelf/*", principal: "ada")
      #expect(try await service.put("/shelf?policy", body: policy).status == 204)
      #expect(try await service.get("/shelf/k", as: Self.ada).body == [1])
      #expect(try await service.get("/shelf/k", as: nil).code == "AccessDenied")
    }
  }

  @Test func policyByExistingTagsLooksAtTheObject() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      try await service.put("/shelf/open", body: [1], fields: ["x-amz-tagging": "kind=open"])
      try await service.put("/shelf/closed", body: [1], fields: ["x-amz-tagging": "kind=closed"])
      let condition = #","Condition":{"StringEquals":{"s3:ExistingObjectTag/kind":"open"}}"#
      let policy = Self.policy("Allow", "s3:GetObject", "shelf/*", more: condition)
      #expect(try await service.put("/shelf?policy", body: policy).status == 204)
      #expect(try await service.get("/shelf/open", as: nil).status == 200)
      #expect(try await service.get("/shelf/closed", as: nil).code == "AccessDenied")
    }
  }

  @Test func policyThatIsNoneIsRefusedAndChangesNothing() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      for document in ["{", "[]", #"{"Version":"2012-10-17","Statement":[{"Effect":"Perhaps"}]}"#] {
        #expect(try await service.put("/shelf?policy", body: Array(document.utf8)).code == "MalformedPolicy")
      }
      #expect(try await service.get("/shelf?policy").code == "NoSuchBucketPolicy")
    }
  }

  @Test func cannedListsOfAccessOpenAnObject() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      try await service.put("/shelf/k", body: [1], fields: ["x-amz-acl": "public-read"])
      let answer = try await service.get("/shelf/k?acl")
      let isOpen = try await service.get("/shelf/k", as: nil).status == 200
      // Either the list is kept and holds, or it is refused: never taken and forgotten.
      #expect(answer.status == 200 && answer.text.contains("AllUsers") == isOpen)
      #expect(try await service.put("/shelf/k?acl", fields: ["x-amz-acl": "private"]).status == 200)
      #expect(try await service.get("/shelf/k", as: nil).code == "AccessDenied")
    }
  }

  @Test func keyFileThatCannotBeReadIsNotOneWithoutKeys() async throws {
    try await withService { service async throws in
      try await service.addKey(Self.ada)
      try await service.put("/ada-shelf", as: Self.ada)
      try service.data.write(Array("{".utf8), to: ".vitrine/keys.json")
      let answer = try await service.get("/ada-shelf", as: Self.ada)
      #expect(answer.status >= 500 && answer.code == "InternalError")
      let visitor = ConsoleVisitor(service: service)
      let signIn = try await visitor.call(
        "POST", "session", ["access_key": .string(Self.ada.name), "secret_key": .string(Self.ada.secret)])
      #expect(signIn.status >= 500)
      #expect(try await service.get("/").status == 200, "the operator's pair is not in the file")
    }
  }

  @Test func keyThatIsRemovedSignsNothingAnyMore() async throws {
    try await withService { service async throws in
      try await service.addKey(Self.ada)
      #expect(try await service.get("/", as: Self.ada).status == 200)
      let console = try await service.signIn()
      #expect(try await console.call("DELETE", "keys/ada").status == 204)
      #expect(try await service.get("/", as: Self.ada).code == "InvalidAccessKeyId")
    }
  }

  @Test func formPostStoresWhatItsPolicyAllows() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      let form = Self.form(key: "in/picture", content: [1, 2, 3])
      let answer = try await service.send(
        WebServerRequest("POST", "/shelf", .objectStore, fields: TestForm.fields, body: form.bytes))
      #expect(answer.status == 204)
      #expect(try await service.get("/shelf/in/picture").body == [1, 2, 3])
      let outside = Self.form(key: "out/picture", content: [1])
      let refused = try await service.send(
        WebServerRequest("POST", "/shelf", .objectStore, fields: TestForm.fields, body: outside.bytes))
      #expect(refused.status == 403)
      #expect(try await service.get("/shelf/out/picture").status == 404)
    }
  }

  /// A form under a policy for keys that begin with `in/`.
  private static func form(key: String, content: [UInt8]) -> TestForm {
    let expiration = RFC3339.format(Clock.now().seconds + 600)
    let policy = """
      {"expiration":"\(expiration)","conditions":[{"bucket":"shelf"},["starts-with","$key","in/"]]}
      """
    let encoded = Base64.standard.encode(Array(policy.utf8))
    let signature = Base64.standard.encode(
      HMACSHA1.authenticate(key: Array(Account.root.secret.utf8), message: Array(encoded.utf8)))
    return TestForm().with("key", key).with("AWSAccessKeyId", Account.root.name).with("policy", encoded)
      .with("signature", signature).with(file: "x", content)
  }
}
