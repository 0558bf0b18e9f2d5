internal import CCrypto

/// Unpredictable bytes, fit for secrets and for names that nobody may guess.
public enum SecureRandom {
  /// `count` fresh bytes. libcrypto's generator notices a fork and reseeds, so no two processes get the same ones.
  public static func bytes(_ count: Int) -> [UInt8] {
    guard count > 0 else { return [] }
    return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      let done = unsafe RAND_bytes(buffer.baseAddress, Int32(count))
      guard done == 1 else { fatalError("the system has no random numbers") }
      initialized = count
    }
  }
}
