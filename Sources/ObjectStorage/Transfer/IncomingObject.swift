internal import HTTPSemantics
internal import S3Authentication
internal import S3Documents
internal import Storage
internal import Synchronization

/// An object or a part on its way in: taken out of its framing, checked and digested as it arrives, and appended to
/// content that nobody can see.
///
/// Its functions are steps of a `ContentWriter`.
final class IncomingObject: Sendable {
  private struct State: ~Copyable, Sendable {
    var decoder: PayloadDecoder
    /// Whether the content has been asked how it is to be digested.
    var hasBegun = false
    /// Nil once they are finished.
    var checksums: ObjectChecksums?
    /// What finds out the MD5 of a long body; nil where it is found out with the other checksums, or left to the storage.
    var lane: DigestLane?
    var error: S3Error?
  }

  /// What came, once it is complete and nothing is wrong with it.
  struct Content: Sendable {
    var size: UInt64
    /// MD5 in hexadecimal; empty where it is left to the storage.
    var md5: String
    var crc32: UInt32
    /// Checksums in Base64, by the algorithm's name.
    var checksums: [NameValuePair]

    /// - Parameters:
    ///   - digests: MD5, CRC-32, which archives need, and the wanted ones.
    ///   - wanted: the checksums that are kept for clients.
    init(size: UInt64, _ digests: ObjectDigests, _ wanted: Set<ChecksumAlgorithm>) {
      self.size = size
      md5 = Hexadecimal.encode(digests.md5 ?? [])
      crc32 = (digests.checksums[.crc32] ?? []).reduce(0) { $0 << 8 | UInt32($1) }
      checksums = wanted.sorted { $0.rawValue < $1.rawValue }.compactMap { algorithm in
        digests.encoded(algorithm).map { NameValuePair(algorithm.rawValue, $0) }
      }
    }
  }

  private let declared: DeclaredChecksums
  private let wanted: Set<ChecksumAlgorithm>
  /// Whether the MD5 may be left to a storage that finds it.
  private let mayLeaveMD5: Bool
  private let limit: UInt64
  /// The length of the content that the request declares, in bytes; nil if it does not tell.
  let declaredLength: UInt64?
  private let isFramed: Bool
  private let lanes: DigestLanes?
  private let state: Mutex<State>

  /// - Parameters:
  ///   - fields: those of the request, which declare length and checksums.
  ///   - also: an algorithm that is wanted whatever the request declares.
  ///   - limit: the most bytes of content.
  ///   - lanes: threads for the MD5 of long bodies.
  ///   - mayLeaveMD5: whether the content is committed so that the storage can find its MD5.
  init(
    _ outcome: S3AuthenticationOutcome, fields: HeaderFields, also: ChecksumAlgorithm? = nil, limit: UInt64,
    lanes: DigestLanes? = nil, mayLeaveMD5: Bool = false
  ) throws(S3Error) {
    do throws(S3AuthenticationError) {
      let declared = try DeclaredChecksums(fields)
      self.declared = declared
      var algorithms: Set<ChecksumAlgorithm> = [.crc64nvme]
      if let chosen = declared.algorithm { algorithms = [chosen] }
      if let also { algorithms.insert(also) }
      wanted = algorithms
      let decoder = try PayloadDecoder(outcome, fields: fields)
      if let length = decoder.declaredLength, length > Int64(clamping: limit) {
        throw S3AuthenticationError(.entityTooLarge)
      }
      declaredLength = decoder.declaredLength.flatMap { UInt64(exactly: $0) }
      isFramed = decoder.isFramed
      state = Mutex(State(decoder: decoder, checksums: ObjectChecksums(algorithms.union([.crc32]))))
    } catch {
      throw S3Error(error)
    }
    self.lanes = lanes
    self.mayLeaveMD5 = mayLeaveMD5 && declared.contentMD5 == nil
    self.limit = limit
  }

  /// The algorithm of the checksum that the client sends; nil if it sends none.
  var declaredAlgorithm: ChecksumAlgorithm? { declared.algorithm }

  /// How many bytes of content pieces have; nil where it takes much longer to digest them: of pieces in chunks there may be
  /// thousands, each with a signature.
  func contentLength(of pieces: [[UInt8]]) -> Int? {
    guard !isFramed, wanted.isDisjoint(with: [.sha1, .sha256]) else { return nil }
    return pieces.reduce(0) { $0 + $1.count }
  }

  /// Takes the next bytes of the body. An error is remembered; the rest is thrown away.
  func accept(_ bytes: [UInt8], into staged: any StagedContent) {
    accept([bytes], into: staged)
  }

  /// The same with several pieces.
  func accept(_ pieces: [[UInt8]], into staged: any StagedContent) {
    state.withLock { state in
      for bytes in pieces where state.error == nil {
        do throws(S3Error) { try take(bytes, into: staged, &state) } catch {
          state.error = error
          staged.removeAll()
        }
      }
    }
  }

  /// Takes the last pieces, and ends it.
  func finish(with pieces: [[UInt8]], _ staged: any StagedContent) throws(S3Error) -> Content {
    accept(pieces, into: staged)
    return try finish(staged)
  }

  private func take(_ bytes: [UInt8], into staged: any StagedContent, _ state: inout State) throws(S3Error) {
    var content: [ArraySlice<UInt8>] = []
    let start = UInt64(state.decoder.decodedLength)
    do throws(S3AuthenticationError) {
      try state.decoder.consume(bytes[...], into: &content)
    } catch {
      throw S3Error(error)
    }
    if !state.hasBegun {
      state.hasBegun = true
      let leavesMD5 = mayLeaveMD5 && staged.findsMD5
      if !leavesMD5 { state.lane = lanes?.lane(forLength: declaredLength) }
      if state.lane != nil { staged.allowLeading() }
      if leavesMD5 || state.lane != nil {
        state.checksums = ObjectChecksums(wanted.union([.crc32]), md5: false)
      }
    }
    for piece in content {
      state.checksums?.update(piece.span)
      do throws(StorageError) { try staged.append(piece) } catch { throw S3Error(error) }
    }
    if let lane = state.lane { digest(content, from: start, on: lane, staged) }
    guard state.decoder.decodedLength <= Int64(clamping: limit) else {
      throw .entityTooLarge(proposedSize: UInt64(state.decoder.decodedLength), maximum: limit)
    }
  }

  /// Digests content, and supplies the MD5 of what leaves as it comes where that ends in it.
  private func digest(
    _ content: [ArraySlice<UInt8>], from start: UInt64, on lane: DigestLane, _ staged: any StagedContent
  ) {
    let length = content.reduce(0) { $0 + $1.count }
    guard let end = staged.leadingLength, start < end, end <= start + UInt64(length) else {
      return lane.append(content)
    }
    let (leading, rest) = content.split(at: Int(end - start))
    lane.append(leading)
    staged.supplyLeadingMD5(lane.current())
    lane.append(rest)
  }

  /// Ends it: hash, signatures, length and checksums must be right.
  func finish(_ staged: any StagedContent) throws(S3Error) -> Content {
    try state.withLock { (state) throws(S3Error) in
      if let error = state.error { throw error }
      do throws(S3AuthenticationError) {
        let trailers = try state.decoder.finish()
        guard let checksums = state.checksums.take() else { throw S3AuthenticationError(.incompleteBody) }
        var digests = checksums.finalize()
        if let lane = state.lane { digests = ObjectDigests(md5: lane.finish(), checksums: digests.checksums) }
        try declared.verify(digests, trailers: trailers)
        return Content(size: UInt64(state.decoder.decodedLength), digests, wanted)
      } catch {
        staged.removeAll()
        throw S3Error(error)
      }
    }
  }
}

extension [ArraySlice<UInt8>] {
  /// The first bytes of the pieces, and those behind them.
  fileprivate func split(at count: Int) -> (first: Self, rest: Self) {
    var (first, rest): (Self, Self) = ([], [])
    var missing = count
    for piece in self {
      let part = piece.prefix(missing)
      missing -= part.count
      if !part.isEmpty { first.append(part) }
      if part.count < piece.count { rest.append(piece.dropFirst(part.count)) }
    }
    return (first, rest)
  }
}
