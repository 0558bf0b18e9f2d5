internal import CCrypto
internal import CZlib

/// The versions of the C libraries that the running program has loaded, for `vitrine version`.
public enum LibraryVersions {
  /// OpenSSL's libcrypto, as `3.0.17`.
  public static var libcrypto: String {
    unsafe String(cString: OpenSSL_version(OPENSSL_VERSION_STRING))
  }

  /// zlib, as `1.2.13`.
  public static var zlib: String {
    unsafe String(cString: zlibVersion())
  }
}
