internal import Digests
public import HTTPSemantics

/// Takes a body apart as it arrives: removes the framing of `aws-chunked`, and checks the hash, the signatures of the
/// chunks, and the length that the request declared.
///
/// Content is handed out before it is verified as a whole; nothing of it may be published before `finish` has returned.
public struct PayloadDecoder: ~Copyable, Sendable {
  private let payload: PayloadDeclaration
  /// The length of the content that the request declares, in bytes; nil if it does not tell.
  public let declaredLength: Int64?
  /// The length of the content so far, in bytes.
  public private(set) var decodedLength: Int64 = 0

  /// Whether the content comes in chunks.
  public var isFramed: Bool { framing != nil }

  private var framing: ChunkFraming?
  private var hash: SHA256?
  private var failure: S3AuthenticationError?

  /// A decoder for the body of a request with these fields.
  /// - Throws: `MissingContentLength` where the content of chunks has no declared length, `InvalidArgument` for a length
  ///   that is no number.
  public init(_ outcome: S3AuthenticationOutcome, fields: HeaderFields) throws(S3AuthenticationError) {
    // All that throws comes before anything of the value is there, its nil optionals included: Swift 6.2 cannot compile
    // an initializer that gives up a noncopyable value with a part of it set.
    let payload = outcome.payload
    let length = try Self.declaredLength(fields, isChunked: payload.isChunked)
    self.init(payload, length: length, signing: try Self.chunkSigning(outcome), fields)
  }

  private init(_ payload: PayloadDeclaration, length: Int64?, signing: ChunkSigning?, _ fields: HeaderFields) {
    self.payload = payload
    declaredLength = length
    switch payload {
    case .unsigned: break
    case .signed: hash = SHA256()
    case .signedChunks(let trailer), .unsignedChunks(let trailer):
      framing = ChunkFraming(
        length: length ?? 0, signing: signing, hasTrailer: trailer, announced: DeclaredChecksums.trailerNames(fields))
    }
  }

  private static func declaredLength(
    _ fields: HeaderFields, isChunked: Bool
  ) throws(S3AuthenticationError) -> Int64? {
    let name = isChunked ? "x-amz-decoded-content-length" : "content-length"
    guard let text = fields[name] else {
      if isChunked { throw S3AuthenticationError(.missingContentLength) }
      return nil
    }
    guard let length = Int64(text), length >= 0 else {
      throw S3AuthenticationError(
        .invalidArgument, "\(name) is not a length.",
        details: [NameValuePair("ArgumentName", name), NameValuePair("ArgumentValue", text)])
    }
    return length
  }

  private static func chunkSigning(_ outcome: S3AuthenticationOutcome) throws(S3AuthenticationError) -> ChunkSigning? {
    guard case .signedChunks = outcome.payload else { return nil }
    guard case .authenticated(let request) = outcome, let chain = request.chunkSigning else {
      throw S3AuthenticationError(.accessDenied)
    }
    return chain
  }

  /// Reads the next bytes of the body, and appends the pieces of content among them, slices of `bytes`, to `content`.
  /// - Throws: what is wrong with the body; every later call throws the same.
  public mutating func consume(
    _ bytes: ArraySlice<UInt8>, into content: inout [ArraySlice<UInt8>]
  ) throws(S3AuthenticationError) {
    if let failure { throw failure }
    do throws(S3AuthenticationError) {
      try decode(bytes, into: &content)
    } catch {
      failure = error
      throw error
    }
  }

  /// Ends the body; to be called once.
  /// - Returns: the fields that came after the content.
  /// - Throws: what is wrong with the body as a whole: it is then not what the client signed, or not all of it.
  public mutating func finish() throws(S3AuthenticationError) -> [NameValuePair] {
    if let failure { throw failure }
    if let declaredLength, decodedLength != declaredLength { throw S3AuthenticationError(.incompleteBody) }
    if case .signed(let expected) = payload {
      let computed = hash.take()?.finalize() ?? []
      guard ConstantTime.equals(computed, expected) else {
        throw S3AuthenticationError(
          .contentSHA256Mismatch,
          details: [
            NameValuePair("ClientComputedContentSHA256", Hexadecimal.encode(expected)),
            NameValuePair("S3ComputedContentSHA256", Hexadecimal.encode(computed)),
          ])
      }
    }
    return try framing?.finish() ?? []
  }

  private mutating func decode(
    _ bytes: ArraySlice<UInt8>, into content: inout [ArraySlice<UInt8>]
  ) throws(S3AuthenticationError) {
    let first = content.count
    if framing != nil {
      try framing?.consume(bytes, into: &content)
    } else if !bytes.isEmpty {
      content.append(bytes)
    }
    for piece in content[first...] {
      decodedLength += Int64(piece.count)
      hash?.update(piece.span)
    }
    if let declaredLength, decodedLength > declaredLength { throw S3AuthenticationError(.incompleteBody) }
  }
}
