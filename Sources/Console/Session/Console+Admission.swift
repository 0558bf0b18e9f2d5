internal import AccountRecords
internal import EventLoop
internal import HTTPSemantics
internal import Journal
internal import Posix
internal import Storage
internal import WebService

extension Console {
  /// Lets a request through to what is for an audience, and says who sends it.
  /// - Throws: `cross-site`, `sign-in-required`, `not-permitted`; each but a missing cookie is logged.
  func admit(_ request: WebRequest, _ audience: Audience) async throws(ConsoleProblem) -> Visitor {
    let path = String(decoding: request.target.rawPath, as: UTF8.self)
    guard SameOriginRule.allows(request.method, request.fields, authority: authority(request)) else {
      refused(request, "-", "cross-site", path)
      throw ConsoleProblem(.crossSite)
    }
    let visitor: Visitor
    do throws(SessionFault) {
      visitor = try await self.visitor(request)
    } catch {
      switch error {
      case .keysUnreadable: throw ConsoleProblem(.internalError, error.rawValue)
      case .storageAway: throw ConsoleProblem(.overloaded, error.rawValue)
      default: break
      }
      if case .anybody = audience { return .nobody }
      if error != .missing { refused(request, "-", "session \(error.rawValue)", path) }
      throw ConsoleProblem(.signInRequired)
    }
    if case .operator = audience, !visitor.isOperator {
      refused(request, visitor.account, "not permitted", path)
      throw ConsoleProblem(.notPermitted)
    }
    return visitor
  }

  /// The cookie says who it is; the proof, which no browser sends by itself, that one of the console's pages asks.
  private func visitor(_ request: WebRequest) async throws(SessionFault) -> Visitor {
    guard let cookie = request.cookie(SessionCookie.name(isSecure: isSecure(request))), !cookie.isEmpty else {
      throw .missing
    }
    let keys = await accessKeys()
    var unreadable: StorageError?
    let session: ConsoleSession
    do throws(SessionFault) {
      session = try seal.open(cookie, now: Clock.now().seconds) {
        credentials(of: $0, keys, unreadable: &unreadable)?.binding
      }
    } catch {
      guard let unreadable else { throw error }
      if case .unavailable = unreadable { throw .storageAway }
      throw .keysUnreadable
    }
    let field = request.fields[SameOriginRule.field]
    guard SessionProof.proves(request.method, request.target, field: field, session) else { throw .unproven }
    let wasEnded: Bool
    do throws(StorageError) {
      wasEnded = try await endedSessions().contains(session.nonce, of: session.account, expires: session.expires)
    } catch {
      if case .unavailable = error { throw .storageAway }
      // In doubt it was.
      throw .ended
    }
    guard !wasEnded else { throw .ended }
    return visitor(session)
  }

  func visitor(_ session: ConsoleSession) -> Visitor {
    Visitor(
      account: session.account, isOperator: session.account == configuration.rootKey?.access,
      expires: session.expires, nonce: session.nonce)
  }

  /// What belongs to an access key that is valid at this moment: its secret, and what its sessions are bound to. Nil for
  /// any other, and where the keys cannot be read.
  /// - Parameter unreadable: why they cannot be read.
  private func credentials(
    of name: String, _ keys: AccessKeys, unreadable: inout StorageError?
  ) -> (secret: String, binding: String)? {
    if let root = configuration.rootKey, name == root.access { return (root.secret, root.secret) }
    guard configuration.rootKey != nil else { return nil }
    do throws(StorageError) {
      guard let key = try keys.key(name), !key.isDisabled else { return nil }
      return (key.secret, key.sessionBinding)
    } catch {
      unreadable = error
      return nil
    }
  }

  /// The same, where a key must be there.
  /// - Throws: `internal-error` where the keys cannot be read.
  func credentials(of name: String) async throws(ConsoleProblem) -> (secret: String, binding: String)? {
    let keys = await accessKeys()
    var unreadable: StorageError?
    let credentials = credentials(of: name, keys, unreadable: &unreadable)
    if let unreadable { throw ConsoleProblem(unreadable) }
    return credentials
  }

  /// The access keys as they are at this moment.
  private func accessKeys() async -> AccessKeys {
    if let known = keys.snapshot { return known }
    return await keys.read()
  }

  /// The sessions that were ended, likewise.
  private func endedSessions() async -> EndedSessionLists {
    if let known = ended.snapshot { return known }
    return await ended.read()
  }

  func isSecure(_ request: WebRequest) -> Bool { request.origin.hasPrefix("https:") }

  private func authority(_ request: WebRequest) -> String {
    String(request.origin.drop { $0 != "/" }.dropFirst(2))
  }

  private func refused(_ request: WebRequest, _ account: String, _ reason: String, _ path: String) {
    guard activity.record(.consoleRequestRefused(name: account, reason: reason)) else { return }
    log.warning(
      "console request refused",
      [
        "reason": reason, "method": request.method.rawValue, "path": path, "account": account,
        "client": request.clientAddress, "request": request.identifier,
      ])
  }
}
