internal import Digests
public import HTTPSemantics
public import S3Documents

/// What a request says that its content's checksums are: `Content-MD5`, one `x-amz-checksum-…` field, or the trailer
/// that will bring it.
public struct DeclaredChecksums: Sendable, Equatable {
  /// The MD5 (16 bytes) of `Content-MD5`, nil without it.
  public let contentMD5: [UInt8]?
  /// The algorithm that the client chose, nil if it chose none.
  public let algorithm: ChecksumAlgorithm?
  /// The checksum as bytes; nil if the client chose no algorithm, or if the trailer brings the value.
  public let value: [UInt8]?

  /// Reads a request's fields.
  /// - Throws: `InvalidDigest` for a `Content-MD5` that is none, `BadDigest` for another checksum that is none,
  ///   `InvalidRequest` for several of those, and for an algorithm that does not exist here.
  public init(_ fields: HeaderFields) throws(S3AuthenticationError) {
    contentMD5 = try fields["content-md5"].map { text throws(S3AuthenticationError) in
      guard let digest = Base64.standard.decode(text.utf8), digest.count == MD5.byteCount else {
        throw S3AuthenticationError(.invalidDigest)
      }
      return digest
    }
    let sent = try Self.algorithms(fields.fields.map(\.name))
    let announced = try Self.algorithms(Self.trailerNames(fields))
    guard sent.count + announced.count <= 1 else {
      throw S3AuthenticationError(
        .invalidRequest, "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.")
    }
    algorithm = sent.first ?? announced.first
    value = try sent.first.map { algorithm throws(S3AuthenticationError) in
      try Self.decode(fields[algorithm.fieldName] ?? "", algorithm)
    }
    if let name = fields["x-amz-sdk-checksum-algorithm"] { try check(announcement: name) }
  }

  /// The algorithm that the client's library names must be the one that it uses.
  private func check(announcement name: String) throws(S3AuthenticationError) {
    guard let algorithm else {
      throw S3AuthenticationError(
        .invalidRequest,
        "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were "
          + "found.")
    }
    guard ChecksumAlgorithm(name: name) == algorithm else {
      throw S3AuthenticationError(.invalidRequest, "Value for x-amz-sdk-checksum-algorithm header is invalid.")
    }
  }

  /// The algorithms whose checksums fields of these names bring. One that is not known must not pass for checked.
  private static func algorithms(_ names: [String]) throws(S3AuthenticationError) -> [ChecksumAlgorithm] {
    var algorithms: [ChecksumAlgorithm] = []
    for name in names.map({ $0.lowercased() })
    where name.hasPrefix("x-amz-checksum-")
      && !["x-amz-checksum-algorithm", "x-amz-checksum-mode", "x-amz-checksum-type"].contains(name)
    {
      guard let algorithm = ChecksumAlgorithm(fieldName: name) else {
        throw S3AuthenticationError(
          .invalidRequest, "The algorithm type you specified in x-amz-checksum- header is invalid.")
      }
      algorithms.append(algorithm)
    }
    return algorithms
  }

  /// Compares with what was computed, once the content is complete.
  ///
  /// - Parameters:
  ///   - digests: must have the MD5, and the checksum of `algorithm`, where they are declared.
  ///   - trailers: what the `PayloadDecoder` found after the content.
  /// - Throws: `BadDigest`, or `MalformedTrailerError` where the checksum did not come.
  public func verify(_ digests: ObjectDigests, trailers: [NameValuePair] = []) throws(S3AuthenticationError) {
    if let contentMD5 {
      guard contentMD5 == digests.md5 else { throw S3AuthenticationError(.badDigest) }
    }
    guard let algorithm else { return }
    let expected: [UInt8]
    if let value {
      expected = value
    } else if let trailer = trailers.first(where: { $0.name == algorithm.fieldName }) {
      expected = try Self.decode(trailer.value, algorithm)
    } else {
      throw S3AuthenticationError(.malformedTrailer)
    }
    guard expected == digests.checksums[algorithm] else {
      throw S3AuthenticationError(
        .badDigest, "The \(algorithm.rawValue) you specified did not match the calculated checksum.")
    }
  }

  /// The names, in lower case, that `x-amz-trailer` announces.
  static func trailerNames(_ fields: HeaderFields) -> [String] {
    fields.values(of: "x-amz-trailer").flatMap { $0.split(separator: ",") }
      .map { $0.lowercased().filter { $0 != " " && $0 != "\t" } }
  }

  private static func decode(
    _ text: String, _ algorithm: ChecksumAlgorithm
  ) throws(S3AuthenticationError) -> [UInt8] {
    guard let value = Base64.standard.decode(text.utf8), value.count == algorithm.length else {
      throw S3AuthenticationError(.badDigest, "Value for \(algorithm.fieldName) header is invalid.")
    }
    return value
  }
}
