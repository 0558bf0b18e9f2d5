internal import CCrypto

/// HMAC (RFC 2104) of whole messages, by libcrypto. Both hashes in use have blocks of 64 bytes.
enum KeyedHash {
  /// The authentication code of `message` under `key`, which has at most 64 bytes; `size` is the digest's length.
  static func authenticate(_ algorithm: OpaquePointer?, size: Int, key: [UInt8], message: [UInt8]) -> [UInt8] {
    precondition(key.count <= 64, "a longer key stands for its digest")
    return unsafe [UInt8](unsafeUninitializedCapacity: size) { code, count in
      let done = unsafe key.withUnsafeBufferPointer { key in
        unsafe message.withUnsafeBufferPointer { message in
          // HMAC() takes an absent key for "the same key as before": an empty one still needs an address.
          var nothing: UInt8 = 0
          return unsafe withUnsafePointer(to: &nothing) { nothing in
            unsafe HMAC(
              algorithm, key.baseAddress ?? nothing, Int32(key.count), message.baseAddress, message.count,
              code.baseAddress, nil)
          }
        }
      }
      guard unsafe done != nil else { fatalError("libcrypto has no memory for an HMAC") }
      count = size
    }
  }
}
