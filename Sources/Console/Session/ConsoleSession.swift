/// What a session cookie claims: who signed in, and until when that counts.
struct ConsoleSession: Equatable, Sendable {
  /// How long one lasts, in seconds.
  static let lifetime: Int64 = 12 * 3_600

  /// The access key that was signed in with.
  var account: String
  /// The second since 1970 at which it ends.
  var expires: Int64
  /// Random, so that no two sessions are alike.
  var nonce: String
  /// What the session's proofs are compared with: see `SessionProof`.
  var proofHash: String

  /// Whether it is over.
  func isExpired(at now: Int64) -> Bool { now >= expires }
}

/// Why a session cookie does not count.
enum SessionFault: String, Error, Equatable, Sendable {
  /// There is none.
  case missing
  /// It does not read like one.
  case malformed
  /// The page's proof is missing, or is another session's: the cookie alone lets nobody in.
  case unproven
  /// It was not made here, or was altered; or the key's secret is another one now.
  case forged
  /// Its time is over.
  case expired
  /// The key was removed or disabled since.
  case revoked
  /// The keys cannot be read at this moment.
  case keysUnreadable = "keys cannot be read"
  /// Keys, or the sessions that were ended, cannot be asked for at this moment.
  case storageAway = "the storage cannot be reached"
  /// Somebody signed out of it.
  case ended
}
