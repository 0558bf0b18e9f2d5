internal import HTTPSemantics
internal import S3Documents

/// What an address names: the service, a bucket, or an object.
enum S3Address: Equatable, Sendable {
  /// `/`
  case service
  /// `/bucket`, `/bucket/`
  case bucket(String)
  /// `/bucket/key…`: the key decoded once, never normalised.
  case object(bucket: String, key: [UInt8])

  /// Reads a raw path, which begins with a slash.
  /// - Parameter hostBucket: the bucket, where the host names it: the path is the key then.
  init(rawPath: [UInt8], hostBucket: String? = nil) throws(S3Error) {
    let path = rawPath.dropFirst(rawPath.first == UInt8(ascii: "/") ? 1 : 0)
    if let hostBucket {
      self = try Self.ofKey(path, in: hostBucket, rawPath)
      return
    }
    guard !path.isEmpty else {
      self = .service
      return
    }
    let slash = path.firstIndex(of: UInt8(ascii: "/")) ?? path.endIndex
    let bucket = try Self.text(path[..<slash], rawPath)
    self = try Self.ofKey(path[slash...].dropFirst(), in: bucket, rawPath)
  }

  private static func ofKey(
    _ encoded: ArraySlice<UInt8>, in bucket: String, _ path: [UInt8]
  ) throws(S3Error) -> S3Address {
    guard !encoded.isEmpty else { return .bucket(bucket) }
    let key = Array(try text(encoded, path).utf8)
    return .object(bucket: bucket, key: try ObjectKey(key).bytes)
  }

  private static func text(_ encoded: ArraySlice<UInt8>, _ path: [UInt8]) throws(S3Error) -> String {
    guard let bytes = try? PercentEncoding.decode(encoded), !bytes.contains(0),
      let text = String(validating: bytes, as: UTF8.self)
    else { throw .invalidURI(String(decoding: path, as: UTF8.self)) }
    return text
  }

  /// The bucket, if one is named.
  var bucket: String? {
    switch self {
    case .service: nil
    case .bucket(let name), .object(let name, _): name
    }
  }

  /// The key, if one is named.
  var key: [UInt8]? {
    if case .object(_, let key) = self { key } else { nil }
  }
}
