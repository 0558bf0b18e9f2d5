internal import Posix

/// The certificates that this machine trusts: those that OpenSSL would use, `SSL_CERT_FILE` and `SSL_CERT_DIR` or else
/// those of the package ca-certificates.
struct TrustedAuthorities: Sendable, Equatable {
  /// A file of certificates, one behind the other; nil where there is none that has any.
  var file: String?
  /// A folder of certificates by the hashes of their names; nil where there is none.
  var folder: String?

  /// No certificates: every server is refused.
  init() {}

  /// - Parameters:
  ///   - environment: the value of a variable.
  ///   - hasCertificates: whether a file has certificates in it.
  ///   - isFolder: whether a path leads to a folder.
  init(
    environment: (String) -> String?, hasCertificates: (String) -> Bool, isFolder: (String) -> Bool
  ) {
    // libcurl refuses to begin with a file that is missing or empty: without one it refuses every server, and says why.
    let file = environment("SSL_CERT_FILE") ?? "/etc/ssl/certs/ca-certificates.crt"
    self.file = hasCertificates(file) ? file : nil
    let folder = environment("SSL_CERT_DIR") ?? "/etc/ssl/certs"
    self.folder = isFolder(folder) ? folder : nil
  }

  /// Those of the process.
  static func ofProcess() -> TrustedAuthorities {
    TrustedAuthorities(
      environment: { Environment.value($0) },
      hasCertificates: { path in
        guard let bytes = try? FileDescriptor.open(path, .readOnly).readAll(limit: 16 << 20) else { return false }
        return String(decoding: bytes, as: UTF8.self).contains("-----BEGIN ")
      },
      isFolder: { ((try? fileStatus(atPath: $0))?.isDirectory) ?? false })
  }
}
