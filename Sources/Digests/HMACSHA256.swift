internal import CCrypto

/// HMAC with SHA-256 (RFC 2104).
public enum HMACSHA256 {
  /// The 32-byte authentication code of `message` under `key`; a key may have any length.
  public static func authenticate(key: [UInt8], message: [UInt8]) -> [UInt8] {
    // RFC 2104, section 2: a key longer than a block stands for its digest. Done here, the length always fits C's int.
    let key = key.count > 64 ? SHA256.digest(of: key) : key
    return unsafe KeyedHash.authenticate(EVP_sha256(), size: SHA256.byteCount, key: key, message: message)
  }
}
