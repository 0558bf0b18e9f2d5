internal import AccountRecords
internal import Digests
internal import EventLoop
internal import FastCGI
internal import HTTPSemantics
internal import Journal
internal import Posix
internal import S3Authentication
internal import S3Documents
internal import Storage

/// Who sends a request: signatures are checked, and access keys are looked up.
@EventLoopActor
struct Authenticator {
  /// The longest body that is read for its hash, in bytes.
  private static let hashedBodyLimit: UInt64 = 1 << 20

  /// The operator's pair.
  let root: (access: String, secret: String)?
  let keys: AccessKeyStore
  let documents: ParsedDocuments
  /// Threads for what takes its time.
  let pool: BlockingPool
  let log: OperatorLog

  // MARK: Signatures

  /// Makes sure of a request's signature, and notes in the exchange who sent it and what its body has to be.
  func authenticate(_ exchange: S3Exchange) async throws(S3Error) {
    var request = S3Request(
      method: exchange.method.rawValue, rawPath: exchange.target.rawPath, rawQuery: exchange.target.rawQuery ?? [],
      fields: exchange.fields, hostBucket: exchange.hostBucket)
    do throws(SignatureRefusal) { return try authenticate(request, exchange, await accessKeys()) } catch {
      guard error.isMismatch, let hash = try await undeclaredBodyHash(exchange) else { throw error.error }
      request.bodyHash = hash
      do throws(SignatureRefusal) { try authenticate(request, exchange, await accessKeys()) } catch {
        throw error.error
      }
    }
  }

  private func authenticate(
    _ request: S3Request, _ exchange: S3Exchange, _ keys: AccessKeys
  ) throws(SignatureRefusal) {
    var unreadable: StorageError?
    do throws(S3AuthenticationError) {
      let outcome = try S3Authenticator.authenticate(request, now: Clock.now().seconds) {
        secret(of: $0, keys, unreadable: &unreadable)
      }
      exchange.caller = caller(outcome.accessKey ?? exchange.sender?.account, keys)
      if case .authenticated(let request) = outcome {
        exchange.fields = request.fields
        for field in request.impliedFields.fields { exchange.fields.append(field.name, field.value) }
      }
      exchange.authentication = outcome
    } catch {
      throw SignatureRefusal(
        error: refusal(error, unreadable, exchange),
        isMismatch: error.code == .signatureDoesNotMatch && unreadable == nil)
    }
  }

  /// Makes sure of the signature of a form.
  func authenticate(_ form: PostForm, _ exchange: S3Exchange) async throws(S3Error) -> PostAuthorization {
    let keys = await accessKeys()
    var unreadable: StorageError?
    let authorization: PostAuthorization
    do throws(S3AuthenticationError) {
      authorization = try form.authenticate(now: Clock.now().seconds) { secret(of: $0, keys, unreadable: &unreadable) }
    } catch {
      throw refusal(error, unreadable, exchange)
    }
    exchange.caller = caller(authorization.accessKey, keys)
    return authorization
  }

  /// What the sender gets as an answer. Keys that cannot be read are not keys that do not exist.
  private func refusal(
    _ error: S3AuthenticationError, _ unreadable: StorageError?, _ exchange: S3Exchange
  ) -> S3Error {
    guard let unreadable else { return S3Error(error) }
    return failure(unreadable, exchange)
  }

  /// The SHA-256, in hexadecimal digits, of a body whose hash a request may be signed with without declaring it; nil
  /// where the request declares it, or is signed another way, or has a body that is too long to be kept in memory.
  private func undeclaredBodyHash(_ exchange: S3Exchange) async throws(S3Error) -> String? {
    guard exchange.fields["authorization"]?.hasPrefix("AWS4-HMAC-SHA256") == true,
      !exchange.fields.contains("x-amz-content-sha256"),
      let length = exchange.body.announcedLength, (1...Self.hashedBodyLimit).contains(length)
    else { return nil }
    var pieces: [[UInt8]] = []
    do throws(RequestFailure) {
      while let piece = try await exchange.body.next() { pieces.append(piece) }
    } catch {
      throw S3Error(error)
    }
    exchange.body.putBack(pieces)
    let taken = pieces
    return await pool.run {
      var hash = SHA256()
      for piece in taken { hash.update(piece.span) }
      return Hexadecimal.encode(hash.finalize())
    }
  }

  /// What is answered where the keys cannot be read.
  func failure(_ unreadable: StorageError, _ exchange: S3Exchange) -> S3Error {
    log.error("object store: \(unreadable)", ["request": exchange.requestID])
    if case .unavailable = unreadable { return .serviceUnavailable }
    return .internalError
  }

  // MARK: Accounts

  /// The access keys as they are at this moment.
  private func accessKeys() async -> AccessKeys {
    if let known = keys.snapshot { return known }
    return await keys.read()
  }

  /// The secret of an access key; nil for one that does not exist, is disabled, or cannot be read.
  /// - Parameter unreadable: why the keys cannot be read.
  private func secret(of name: String, _ keys: AccessKeys, unreadable: inout StorageError?) -> String? {
    if let root, name == root.access { return root.secret }
    do throws(StorageError) {
      guard let key = try keys.key(name), !key.isDisabled else { return nil }
      return key.secret
    } catch {
      unreadable = error
      return nil
    }
  }

  /// Whose requests those of an access key are.
  func caller(_ name: String) async -> Caller { caller(name, await accessKeys()) }

  private func caller(_ name: String?, _ keys: AccessKeys) -> Caller {
    guard let name else { return .anonymous }
    if name == root?.access { return .root(name: name) }
    // What narrows an account and cannot be read must not pass for nothing.
    guard let key = try? keys.key(name) else { return .account(name: name, policy: .unreadable) }
    return .account(name: name, policy: key.policy.map { documents.policy(of: .account(name), $0) })
  }

  /// The accounts that are known, and why there may be others: the keys cannot be read.
  func accounts() async -> (Accounts, unreadable: StorageError?) {
    let root = [root?.access].compactMap(\.self)
    do throws(StorageError) {
      return (Accounts(root + (try await accessKeys().all()).map(\.name)), nil)
    } catch {
      return (Accounts(root), error)
    }
  }
}

/// Why a signature is not accepted.
private struct SignatureRefusal: Error {
  /// What the sender gets as an answer.
  let error: S3Error
  /// Whether it is not the signature of what was signed, as far as that is known without the hash of the body.
  let isMismatch: Bool
}
