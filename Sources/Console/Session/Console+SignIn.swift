internal import AccountRecords
internal import Digests
internal import EventLoop
internal import HTTPSemantics
internal import Journal
internal import Posix
internal import Storage
internal import WebService

extension Console {
  private nonisolated static let accessKey = BodyMember.text("access_key", "The access key.")
  private nonisolated static let secretKey = BodyMember.text("secret_key", "Its secret.")

  nonisolated static let sessionRoutes = [
    route(
      .get, "session", for: .anybody, "describeSession", "Who is signed in",
      answers: [.json(DescribedSession.shape.schema, "The session; nobody's where there is none.")]
    ) { (_, exchange, visitor) in
      WebResponse(status: .ok, json: DescribedSession.shape.json(DescribedSession(visitor, exchange)))
    },
    route(
      .post, "session", for: .anybody, "signIn", "Begins a session",
      content: .json("SignIn", [accessKey.declaration, secretKey.declaration]),
      answers: [.json(DescribedSession.shape.schema, "The session, with its proofs.", status: .created)],
      refusing: [.wrongCredentials, .tooManyAttempts], isChange: false
    ) { (console, exchange, _) async throws(ConsoleProblem) in
      try await console.signIn(exchange)
    },
    route(
      .delete, "session", for: .anybody, "signOut", "Ends the session",
      answers: [.empty(.noContent, "There is no session.")], refusing: [.storageFull],
      isChange: false
    ) { (console, exchange, visitor) async throws(ConsoleProblem) in
      try await console.signOut(exchange, visitor)
    },
  ]

  private func signIn(_ exchange: Exchange) async throws(ConsoleProblem) -> WebResponse {
    let body = try await JSONBody.read(exchange)
    let (name, secret) = (try body.value(Self.accessKey), try body.value(Self.secretKey))
    let address = exchange.request.clientAddress
    do throws(ConsoleProblem) {
      try await wait(throttle.admit(address, name, at: EventLoop.current.now))
    } catch {
      refuseSignIn(name, exchange)
      throw error
    }
    // A key that does not exist takes as long as a wrong secret. Digests, since the comparison needs the same length.
    let known = try await credentials(of: name)
    let isRight = ConstantTime.equals(
      SHA256.digest(of: Array(secret.utf8)), SHA256.digest(of: Array((known?.secret ?? "").utf8)))
    guard let known, isRight else {
      refuseSignIn(name, exchange)
      try await wait(throttle.failed(address, name, at: EventLoop.current.now))
      throw ConsoleProblem(.wrongCredentials)
    }
    throttle.succeeded(address, name)
    activity.record(.consoleSignedIn(name: name))
    log.info(
      "console sign-in", ["account": name, "client": address, "request": exchange.request.identifier])
    return begin(name, known.binding, exchange)
  }

  private func wait(_ decision: SignInThrottle.Decision) async throws(ConsoleProblem) {
    switch decision {
    case .refused(let seconds): throw ConsoleProblem(.tooManyAttempts, retryAfter: seconds)
    case .after(0): return
    case .after(let nanoseconds): await EventLoop.current.sleep(nanoseconds: nanoseconds)
    }
  }

  private func begin(_ account: String, _ binding: String, _ exchange: Exchange) -> WebResponse {
    let proof = SessionProof()
    let session = ConsoleSession(
      account: account, expires: Clock.now().seconds + ConsoleSession.lifetime,
      nonce: Base64.url.encode(SecureRandom.bytes(12)), proofHash: proof.hash)
    var response = WebResponse(
      status: .created, json: DescribedSession.shape.json(DescribedSession(visitor(session), exchange, proof)))
    response.fields.set(
      "Set-Cookie",
      SessionCookie.set(
        seal.seal(session, binding: binding), lifetime: ConsoleSession.lifetime,
        isSecure: isSecure(exchange.request)))
    return response
  }

  private func refuseSignIn(_ name: String, _ exchange: Exchange) {
    // Whatever was typed: people type secrets there too, but not this long.
    let shown = String(name.prefix(64))
    guard activity.record(.consoleSignInRefused(name: shown)) else { return }
    log.warning(
      "console sign-in refused",
      ["account": shown, "client": exchange.request.clientAddress, "request": exchange.request.identifier])
  }

  private func signOut(_ exchange: Exchange, _ visitor: Visitor) async throws(ConsoleProblem) -> WebResponse {
    if visitor != .nobody {
      do throws(StorageError) {
        try await ended.add(visitor.nonce, of: visitor.account, expires: visitor.expires, now: Clock.now().seconds)
      } catch {
        throw ConsoleProblem(error)
      }
      activity.record(.consoleSignedOut(name: visitor.account))
    }
    var response = WebResponse(status: .noContent)
    response.fields.set("Set-Cookie", SessionCookie.clear(isSecure: isSecure(exchange.request)))
    return response
  }
}

/// What the pages know of the session. Only the answer to a sign-in has the proofs.
private struct DescribedSession: Sendable {
  let visitor: Visitor
  let store: String
  let proof: SessionProof?

  @EventLoopActor
  init(_ visitor: Visitor, _ exchange: Exchange, _ proof: SessionProof? = nil) {
    self.visitor = visitor
    self.proof = proof
    store = StoreOrigin.make(exchange.request)
  }

  static let shape = JSONShape<DescribedSession>(
    "Session",
    [
      JSONMember("account", .orNull(.text), "The access key; null for nobody.") {
        $0.visitor.account.isEmpty ? nil : $0.visitor.account
      },
      JSONMember("operator", .flag, "Whether it may do everything.") { $0.visitor.isOperator },
      JSONMember("expires", .count, "When the session ends, in seconds since 1970.") { $0.visitor.expires },
      JSONMember("store", .text, "The address of the object store.") { $0.store },
      JSONMember(optional: "proof", .text, "What X-Vitrine-Console is from now on.") { $0.proof?.text },
      JSONMember(optional: "link_proof", .text, "What the addresses of downloads carry.") { $0.proof?.linkText },
    ])
}
