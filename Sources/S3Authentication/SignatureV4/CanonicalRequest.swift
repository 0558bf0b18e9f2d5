internal import Digests
internal import HTTPSemantics

/// The one spelling of a request that signature version 4 is computed over.
struct CanonicalRequest {
  /// How the values of fields that are not ASCII were signed.
  enum FieldEncoding {
    /// As UTF-8, whether they were sent so or not.
    case utf8
    /// As they were sent, in ISO 8859-1, those that can be.
    case latin1
  }

  private let bytes: [UInt8]

  /// The request, for people to read.
  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// - Parameters:
  ///   - query: the parameters that are signed: all but the signature itself.
  ///   - signedHeaders: names in the order in which the client signed them.
  ///   - payloadHash: the last line: the payload's SHA-256, or the word that stands for it.
  ///   - hidesSecrets: whether it is to be shown: then the values of secrets, and of fields that a browser may have added,
  ///     are replaced.
  init(
    method: String, path: [UInt8], query: [QueryParameters.Parameter], fields: HeaderFields, signedHeaders: [String],
    payloadHash: String, encoding: FieldEncoding = .utf8, hidesSecrets: Bool = false
  ) throws(S3AuthenticationError) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(512)
    bytes += method.utf8
    bytes.append(UInt8(ascii: "\n"))
    bytes += try Self.path(path).utf8
    bytes.append(UInt8(ascii: "\n"))
    if !query.isEmpty { bytes += Self.query(hidesSecrets ? query.map(Self.shown) : query).utf8 }
    bytes.append(UInt8(ascii: "\n"))
    for name in signedHeaders {
      bytes += name.utf8
      bytes.append(UInt8(ascii: ":"))
      let isShown = !hidesSecrets || SecretNames.isHarmlessField(name)
      let value = isShown ? Self.fieldValue(fields.values(of: name)) : SecretNames.replacement
      if encoding == .latin1, let latin1 = Self.latin1(value) { bytes += latin1 } else { bytes += value.utf8 }
      bytes.append(UInt8(ascii: "\n"))
    }
    bytes.append(UInt8(ascii: "\n"))
    bytes += signedHeaders.joined(separator: ";").utf8
    bytes.append(UInt8(ascii: "\n"))
    bytes += payloadHash.utf8
    self.bytes = bytes
  }

  /// The SHA-256 in hexadecimal digits.
  var hash: String { Hexadecimal.encode(SHA256.digest(of: bytes)) }

  /// What is signed in the end.
  func stringToSign(time: SigningTime, scope: Credential.Scope) -> String {
    return "\(SignatureVersion4.algorithm)\n\(time.timestamp)\n\(scope)\n\(hash)"
  }

  static let pathCharacters = PercentEncoding.unreserved.union(ASCIISet("/"))

  /// The path decoded once and encoded again, so that spellings of one key agree. Dot segments and doubled slashes are
  /// part of a key and stay.
  private static func path(_ raw: [UInt8]) throws(S3AuthenticationError) -> String {
    do throws(PercentDecodingError) {
      return PercentEncoding.encode(try PercentEncoding.decode(raw), allowing: pathCharacters)
    } catch {
      throw S3AuthenticationError(.invalidURI)
    }
  }

  private static func shown(_ parameter: QueryParameters.Parameter) -> QueryParameters.Parameter {
    guard SecretNames.contains(String(decoding: parameter.name, as: UTF8.self)) else { return parameter }
    return QueryParameters.Parameter(name: parameter.name, value: Array(SecretNames.replacement.utf8))
  }

  /// The parameters encoded, then sorted by the bytes of their names and values.
  private static func query(_ parameters: [QueryParameters.Parameter]) -> String {
    let encoded = parameters.map { parameter in
      (
        name: PercentEncoding.encode(parameter.name, allowing: PercentEncoding.unreserved),
        value: PercentEncoding.encode(parameter.value, allowing: PercentEncoding.unreserved)
      )
    }
    // All ASCII, so that strings compare as their bytes do.
    let sorted = encoded.sorted { ($0.name, $0.value) < ($1.name, $1.value) }
    return sorted.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
  }

  /// The text in ISO 8859-1; nil where it has other characters.
  private static func latin1(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    for scalar in text.unicodeScalars {
      guard let byte = UInt8(exactly: scalar.value) else { return nil }
      bytes.append(byte)
    }
    return bytes
  }

  /// The values trimmed, inner white space folded to one space, joined by commas.
  private static func fieldValue(_ values: [String]) -> String {
    if values.count == 1, let value = values.first, !hasFoldableSpace(value) { return value }
    return values.map { value in
      value.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        .map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
    }.joined(separator: ",")
  }

  /// Whether a value has white space at an end, or other than single spaces inside. Nearly none has.
  private static func hasFoldableSpace(_ value: String) -> Bool {
    var last = UInt8(ascii: " ")
    for byte in value.utf8 {
      if byte == UInt8(ascii: "\t") || (byte == UInt8(ascii: " ") && last == byte) { return true }
      last = byte
    }
    return last == UInt8(ascii: " ") && !value.isEmpty
  }
}
