import HTTPSemantics
import Testing

@Suite struct ConsoleServiceTests {
  private static let ada = Account(name: "ada", secret: "secret-of-ada-0123456789")

  @Test func signInBeginsASessionAndSignOutEndsIt() async throws {
    try await withService { service async throws in
      #expect(try await ConsoleVisitor(service: service).call("GET", "session")["account"] == .null)
      let root = try await service.signIn()
      let session = try await root.call("GET", "session")
      #expect(session["account"]?.stringValue == Account.root.name && session["operator"] == .bool(true))
      #expect(try await root.call("DELETE", "session").status == 204)
      #expect(try await root.call("GET", "keys").code == "sign-in-required")
      #expect(service.data.activity.first?.contains(Account.root.name) == true)
    }
  }

  @Test func wrongSecretIsRefused() async throws {
    try await withService { service async throws in
      let visitor = ConsoleVisitor(service: service)
      for name in [Account.root.name, "nobody"] {
        let answer = try await visitor.call("POST", "session", ["access_key": .string(name), "secret_key": "wrong"])
        #expect(answer.status == 401 && answer.code == "wrong-credentials" && !answer.fields.contains("set-cookie"))
      }
    }
  }

  @Test func cookieAloneLetsNobodyIn() async throws {
    try await withService { service async throws in
      let root = try await service.signIn()
      var thief = root
      for proof in ["1", "", String(root.proof.reversed()), root.linkProof] {
        thief.proof = proof
        #expect(try await thief.call("GET", "keys").status == 401)
      }
      var altered = root
      altered.cookie = root.cookie.dropLast() + (root.cookie.hasSuffix("A") ? "B" : "A")
      #expect(try await altered.call("GET", "keys").status == 401)
      #expect(try await root.call("GET", "keys").status == 200)
    }
  }

  @Test func otherSitesAndFormsAreRefused() async throws {
    try await withService { service async throws in
      let root = try await service.signIn()
      for fields in [
        ["origin": "http://evil.example"], ["sec-fetch-site": "same-site"], ["sec-fetch-site": "cross-site"],
      ] {
        #expect(try await root.call("POST", "keys", ["name": "x"], fields: fields).code == "cross-site")
      }
      #expect(try await root.call("GET", "keys")["keys"] == .array([]))
    }
  }

  @Test func keyThatIsMadeSignsRequestsUntilItIsDisabled() async throws {
    try await withService { service async throws in
      let root = try await service.signIn()
      let made = try await root.call("POST", "keys", ["name": "ada"])
      let key = Account(name: "ada", secret: try #require(made["secret"]?.stringValue))
      #expect(made.status == 201)
      #expect(try await service.put("/ada-shelf", as: key).status == 200)
      #expect(try await root.call("GET", "keys").text.contains(key.secret) == false)
      let session = try await service.signIn(key)
      #expect(try await root.call("PUT", "keys/ada", ["disabled": true]).status == 204)
      #expect(try await service.get("/", as: key).code == "InvalidAccessKeyId")
      #expect(try await session.store("GET", "/").status == 401)
      #expect(try await root.call("PUT", "keys/ada", ["disabled": false]).status == 204)
      #expect(try await service.get("/", as: key).status == 200)
      #expect(try await root.call("DELETE", "keys/ada").status == 204)
      #expect(try await service.get("/", as: key).code == "InvalidAccessKeyId")
    }
  }

  @Test func keyOfATemplateMayDoWhatItSays() async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      try await service.put("/shelf/k", body: [1])
      let root = try await service.signIn()
      let made = try await root.call("POST", "keys", ["name": "reader", "template": "read-only"])
      let key = Account(name: "reader", secret: try #require(made["secret"]?.stringValue))
      #expect(try await service.get("/shelf/k", as: key).body == [1])
      #expect(try await service.put("/shelf/k", body: [2], as: key).code == "AccessDenied")
    }
  }

  @Test func wrongKeyRequestsChangeNothing() async throws {
    try await withService { service async throws in
      let root = try await service.signIn()
      let wrong: [(JSONValue, String)] = [
        ([:], "malformed-request"), (["name": "a b c"], "invalid-name"),
        (["name": .string(Account.root.name)], "invalid-name"),
        (["name": "fine", "secret": "short"], "invalid-secret"),
        (["name": "fine", "policy": "{}"], "invalid-policy"), (["name": "fine", "policy": 1], "malformed-request"),
      ]
      for (content, code) in wrong { #expect(try await root.call("POST", "keys", content).code == code) }
      #expect(try await root.call("GET", "keys")["keys"] == .array([]))
    }
  }

  @Test func bodyHasALimit() async throws {
    try await withService { service async throws in
      let root = try await service.signIn()
      func block(padding: Int) async throws -> Int {
        let digest = String(repeating: "ab", count: 32)
        let content: JSONValue = ["sha256": .string(digest), "name": .string(String(repeating: "x", count: padding))]
        return try await root.call("POST", "blocked", content).status
      }
      #expect(try await block(padding: 70_000) == 400)
      #expect(try await block(padding: 60_000) == 201)
    }
  }

  @Test func accountIsNoOperator() async throws {
    try await withService { service async throws in
      try await service.addKey(Self.ada)
      let ada = try await service.signIn(Self.ada)
      for (method, path) in [("GET", "keys"), ("GET", "pictures"), ("GET", "blocked"), ("DELETE", "keys/ada")] {
        #expect(try await ada.call(method, path).code == "not-permitted")
      }
    }
  }

  @Test func pictureIsDeletedAtTheConsole() async throws {
    try await withService { service async throws in
      let root = try await service.signIn()
      let uploaded = try await service.visit("PUT", "/api/upload/a.png?visibility=unlisted", body: TestPictures.png())
      let name = try #require(uploaded["name"]?.stringValue)
      let listed = try await root.call("GET", "pictures")["pictures"]?.arrayValue
      #expect(
        listed?.map { $0["name"]?.stringValue } == [name] && listed?.first?["address"]?.stringValue == "192.0.2.7")
      #expect(try await root.call("DELETE", "pictures/\(name)").status == 204)
      #expect(service.data.files(in: "images").isEmpty)
      #expect(try await root.call("DELETE", "pictures/\(name)").status == 404)
      #expect(service.data.activity.last == "Success: image a.png deleted.")
    }
  }

  @Test func blockedPictureIsGoneAndStaysAwayUntilItIsUnblocked() async throws {
    try await withService { service async throws in
      let root = try await service.signIn()
      var names: Set<String?> = []
      for _ in 0..<2 {
        names.insert(try await service.visit("PUT", "/api/upload/a.png", body: TestPictures.png())["name"]?.stringValue)
      }
      let name = try #require(names.first ?? nil)
      let blocked = try await root.call("POST", "blocked", ["name": .string(name)])
      #expect(Set(blocked["deleted"]?.arrayValue?.map(\.stringValue) ?? []) == names)
      #expect(service.data.files(in: "images").isEmpty)
      let again = try await service.visit("PUT", "/api/upload/a.png", body: TestPictures.png())
      #expect(again.status == 403 && again.code == "blocked")
      #expect(try await service.put("/images/a.png", body: TestPictures.png()).status == 403)
      let entry = try await root.call("GET", "blocked")["blocked"]?.arrayValue?.first
      let digest = try #require(entry?["sha256"]?.stringValue)
      #expect(try await root.call("DELETE", "blocked/\(digest)").status == 204)
      #expect(try await service.visit("PUT", "/api/upload/a.png", body: TestPictures.png()).status == 201)
    }
  }

  @Test func objectStoreIsReachedWithTheSessionAsThatAccount() async throws {
    try await withService { service async throws in
      try await service.addKey(Self.ada)
      try await service.put("/shelf")
      let ada = try await service.signIn(Self.ada)
      #expect(try await ada.store("PUT", "/ada-shelf").status == 200)
      #expect(try await ada.store("PUT", "/ada-shelf/k", body: Array("mine".utf8)).status == 200)
      #expect(try await ada.store("GET", "/ada-shelf/k").text == "mine")
      #expect(try await ada.store("PUT", "/shelf/k", body: [1]).code == "AccessDenied")
      #expect(try await service.get("/ada-shelf/k", as: Self.ada).text == "mine")
      #expect(try await ConsoleVisitor(service: service).store("GET", "/ada-shelf/k").status == 401)
    }
  }

  @Test func linkProofReadsObjectsAndNothingElse() async throws {
    try await withService { service async throws in
      let root = try await service.signIn()
      try await service.put("/shelf")
      try await service.put("/shelf/k", body: Array("content".utf8))
      func fetch(_ method: String, _ path: String, _ port: WebServerRequest.Port) async throws -> Answer {
        let target = "/-/console/\(path)?x-vitrine-proof=\(root.linkProof)"
        return try await service.send(WebServerRequest(method, target, port, fields: ["cookie": root.cookie]))
      }
      #expect(try await fetch("GET", "store/shelf/k", .consoleStore).text == "content")
      #expect((400..<500).contains(try await fetch("DELETE", "store/shelf/k", .consoleStore).status))
      #expect((400..<500).contains(try await fetch("GET", "keys", .console).status))
    }
  }

  @Test func stateAndPhotoFoldersAreTold() async throws {
    try await withService { service async throws in
      let root = try await service.signIn()
      try service.data.write([1, 2, 3], to: "photos/trip/a.jpg")
      #expect(try await root.call("GET", "folders").text.contains("trip"))
      let state = try await root.call("GET", "state")
      #expect(state.status == 200 && state["version"]?.stringValue?.isEmpty == false)
    }
  }

  @Test func healthAndMetricsAreTold() async throws {
    try await withService { service async throws in
      #expect(try await service.visit("GET", "/healthz").status == 200)
      _ = try await service.visit("PUT", "/api/upload/a.png", body: TestPictures.png())
      let metrics = try await service.visit("GET", "/metrics")
      #expect(metrics.text.contains("vitrine_pictures{visibility=\"public\"} 1"))
      #expect(metrics.text.contains("route=\"upload\""))
    }
  }
}
