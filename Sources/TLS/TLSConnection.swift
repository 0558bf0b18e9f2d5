internal import CTLS
public import Posix

/// The client's end of a TLS connection (RFC 8446), by OpenSSL's libssl: for `vitrine check`, the program serves no TLS.
///
/// The server has proved its name by a certificate that this machine trusts (`SSL_CERT_FILE`, `SSL_CERT_DIR`, or the
/// package ca-certificates).
@safe public struct TLSConnection: ~Copyable {
  private let socket: FileDescriptor
  private let handle: OpaquePointer

  private init(_ socket: consuming FileDescriptor, _ handle: OpaquePointer) {
    self.socket = socket
    unsafe self.handle = unsafe handle
  }

  /// Shakes hands over a connected socket that waits.
  /// - Parameter host: the name, or the IP address without brackets, that the certificate must be for.
  public static func client(
    over socket: consuming FileDescriptor, host: String
  ) throws(TLSFailure) -> TLSConnection {
    guard let handle = unsafe makeHandle(host) else { throw .outOfMemory }
    let connection = unsafe TLSConnection(socket, handle)
    _ = unsafe SSL_set_fd(handle, connection.socket.number)
    ERR_clear_error()
    let result = unsafe SSL_connect(handle)
    guard result == 1 else { throw unsafe failure(handle, result) }
    return connection
  }

  /// A handle that trusts what this machine trusts, for one host only.
  private static func makeHandle(_ host: String) -> OpaquePointer? {
    guard let context = unsafe SSL_CTX_new(TLS_client_method()) else { return nil }
    // The handle keeps the context.
    defer { unsafe SSL_CTX_free(context) }
    unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
    _ = unsafe SSL_CTX_set_default_verify_paths(context)
    guard let handle = unsafe SSL_new(context) else { return nil }
    if unsafe X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(handle), host) != 1 {
      _ = unsafe SSL_set1_host(handle, host)
      _ = unsafe vitrine_tls_set_server_name(handle, host)
    }
    return unsafe handle
  }

  deinit {
    unsafe SSL_free(handle)
  }

  /// Reads what there is into part of an array, and waits for the first byte.
  /// - Returns: the number of bytes, 0 where the server has closed its end.
  public func read(into buffer: inout [UInt8]) throws(TLSFailure) -> Int {
    ERR_clear_error()
    let result = unsafe buffer.withUnsafeMutableBytes { target in
      unsafe SSL_read(handle, target.baseAddress, Int32(clamping: target.count))
    }
    guard result <= 0 else { return Int(result) }
    if unsafe SSL_get_error(handle, result) == SSL_ERROR_ZERO_RETURN { return 0 }
    throw unsafe Self.failure(handle, result)
  }

  /// Writes all of the bytes.
  public func writeAll(_ bytes: Span<UInt8>) throws(TLSFailure) {
    guard !bytes.isEmpty else { return }
    ERR_clear_error()
    // Without SSL_MODE_ENABLE_PARTIAL_WRITE this is all or nothing.
    let result = unsafe bytes.withUnsafeBytes { source in
      unsafe SSL_write(handle, source.baseAddress, Int32(clamping: source.count))
    }
    guard result > 0 else { throw unsafe Self.failure(handle, result) }
  }

  /// Whole days until the server's certificate runs out.
  public var certificateDaysLeft: Int { Int(unsafe vitrine_tls_days_left(handle)) }

  private static func failure(_ handle: OpaquePointer, _ result: Int32) -> TLSFailure {
    let verdict = unsafe SSL_get_verify_result(handle)
    guard verdict == Int(X509_V_OK) else {
      return .untrusted(unsafe String(cString: X509_verify_cert_error_string(verdict)))
    }
    switch unsafe SSL_get_error(handle, result) {
    case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .timedOut
    default:
      guard let reason = unsafe ERR_reason_error_string(ERR_get_error()) else { return .closed }
      return .protocolError(unsafe String(cString: reason))
    }
  }
}

/// Why a TLS connection failed.
public enum TLSFailure: Error, Equatable, Sendable {
  /// The server's certificate does not hold, in OpenSSL's words.
  case untrusted(String)
  /// What came is no TLS, or the two found no version or cipher in common, in OpenSSL's words.
  case protocolError(String)
  /// The other side cut the connection.
  case closed
  /// Nothing came within the socket's patience.
  case timedOut
  /// There is no memory for it.
  case outOfMemory
}
