/// Why a multipart body was refused. Each is the client's fault: a 400.
public enum MultipartError: Error, Hashable, Sendable {
  /// The boundary is not 1 to 70 visible characters (inner spaces are allowed).
  case invalidBoundary
  /// What follows a delimiter is neither white space and CRLF, nor `--`.
  case malformedDelimiter
  /// A line ends with LF alone.
  case bareLineFeed
  /// A header line is no `name: value`, or holds NUL. Other control characters come in real file names.
  case malformedHeader
  /// A part's header section is longer than the limit.
  case headersTooLong
  /// A part has no `Content-Disposition: form-data` with a name, or a malformed one.
  case missingDisposition
  /// A part has a `Content-Transfer-Encoding` that changes its bytes (RFC 7578 §4.7 has done away with them).
  case unsupportedTransferEncoding
  /// There are more parts than the limit.
  case tooManyParts
  /// The body ended before its closing delimiter.
  case truncated

  /// A stable name for programs.
  public var code: String {
    switch self {
    case .invalidBoundary: "invalid-boundary"
    case .malformedDelimiter: "malformed-delimiter"
    case .bareLineFeed: "bare-line-feed"
    case .malformedHeader: "malformed-part-header"
    case .headersTooLong: "part-headers-too-long"
    case .missingDisposition: "missing-disposition"
    case .unsupportedTransferEncoding: "unsupported-transfer-encoding"
    case .tooManyParts: "too-many-parts"
    case .truncated: "truncated-body"
    }
  }
}
