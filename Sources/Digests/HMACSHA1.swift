internal import CCrypto

/// HMAC with SHA-1 (RFC 2104): signature version 2 of S3.
public enum HMACSHA1 {
  /// The 20-byte authentication code of `message` under `key`; a key may have any length.
  public static func authenticate(key: [UInt8], message: [UInt8]) -> [UInt8] {
    let key = key.count > 64 ? SHA1.digest(of: key) : key
    return unsafe KeyedHash.authenticate(EVP_sha1(), size: SHA1.byteCount, key: key, message: message)
  }
}
