internal import Digests
internal import EventLoop
internal import HTTPSemantics
internal import Posix
internal import Storage

/// Sends the pieces of a long content to the engine while more of it comes. The last piece stays until somebody knows that
/// the content is right.
///
/// Whoever brings bytes waits while too many pieces are on their way: a client is read no faster than the engine takes.
@EventLoopActor
final class PieceSender {
  /// Pieces that may be on their way while the next one is gathered.
  private static let mostUnderWay = 2
  /// How often a blob that is made for hours is noted anew.
  private static let noteInterval: UInt64 = 7_200_000_000_000

  private let content: EngineContent
  private let publisher: BlobPublisher
  /// By what the pieces of one content are recognised.
  private let label: String
  private var underWay: [LoopPromise<Void>] = []
  private var started = 0
  private var sent: Set<BlobID> = []
  /// The beginning of a content that comes fast, while it is on its way.
  private var leading: (stream: LeadingStream, id: BlobID)?
  /// When the first bytes came, on the monotonic clock.
  private var began: UInt64?
  /// When its blob was noted as pending, on the loop's clock.
  private var latestNote: UInt64 = 0

  nonisolated init(_ content: EngineContent, _ publisher: BlobPublisher) {
    self.content = content
    self.publisher = publisher
    label = Hexadecimal.encode(SecureRandom.bytes(16))
  }

  /// Sends the pieces that are full. It waits until the last of them may begin.
  func proceed() async {
    lead()
    if let leading {
      leading.stream.wake()
      await leading.stream.drain()
      await noteAgain(leading.id)
    }
    while let piece = content.nextLeaving() {
      while underWay.count >= Self.mostUnderWay { _ = await underWay.first?.wait() }
      start(piece.slice) { [self] () async throws(StorageError) in
        let md5 = try await publisher.spool.pool.run { () throws(StorageError) in try piece.bytes.md5() }
        return (LeavingPiece(content: content, bytes: piece.bytes), md5)
      }
    }
  }

  /// Lets the content leave as it comes, if it comes fast.
  private func lead() {
    guard started == 0, publisher.spool.mayLead, publisher.blobs.answersMD5 else { return }
    let now = Clock.monotonicNanoseconds()
    let began = began ?? now
    self.began = began
    guard now &- began <= publisher.spool.fastBeginning, let (stream, slice) = content.lead() else { return }
    (leading, latestNote) = ((stream, slice.id), EventLoop.current.now)
    start(slice) { () async throws(StorageError) in (stream, nil) }
  }

  private func noteAgain(_ id: BlobID) async {
    let now = EventLoop.current.now
    guard now &- latestNote > Self.noteInterval else { return }
    latestNote = now
    await publisher.keepPending(id)
  }

  /// Begins to send a piece.
  /// - Parameter prepare: gives what is sent, and its MD5 unless the content supplies that at its end.
  private func start(
    _ slice: BlobSlice,
    _ prepare: @escaping @EventLoopActor () async throws(StorageError) -> (any BlobContent, md5: [UInt8]?)
  ) {
    let (done, number) = (LoopPromise<Void>(), started)
    underWay.append(done)
    started += 1
    EventLoop.current.start { [self] in
      await send(slice, number, prepare)
      if leading?.id == slice.id { leading = nil }
      underWay.removeAll { $0 === done }
      done.fulfil(())
    }
  }

  private func send(
    _ slice: BlobSlice, _ number: Int,
    _ prepare: @EventLoopActor () async throws(StorageError) -> (any BlobContent, md5: [UInt8]?)
  ) async {
    guard content.failure == nil else { return }
    do throws(StorageError) {
      let (bytes, md5) = try await prepare()
      let blob = NewBlob(
        slice.id, length: slice.length, md5: md5, metadata: BlobMetadata.piece(number, of: label))
      try await publisher.put(blob, bytes, beside: sent)
      sent.insert(slice.id)
      content.arrived(slice.id)
    } catch {
      // The next try of such a content is put in pieces, which can be put again.
      if let leading, !leading.stream.hasFailed { publisher.spool.pauseLeading() }
      content.fail(error)
      leading?.stream.wake()
    }
  }

  /// Waits until nothing is on its way any more, and hands the pieces over: what the engine has, and the last one.
  /// - Throws: why a piece could not be sent; those that could are given up then.
  func finish() async throws(StorageError) -> (pieces: [EngineContent.Piece], leading: BlobMetadata.LeadingPieces?) {
    if let leading, leading.stream.size < leading.stream.length {
      content.fail(.unavailable("the content has ended before the length that was announced"))
      leading.stream.wake()
    }
    await wait()
    let pieces = content.takeAll()
    if let failure = content.failure {
      await publisher.giveUp(sent)
      throw failure
    }
    // What was sent and then taken back.
    let stored = Set(pieces.compactMap { piece in if case .stored(let slice) = piece { slice.id } else { nil } })
    await publisher.giveUp(sent.subtracting(stored))
    return (pieces, sent.isEmpty ? nil : .init(label: label, count: started))
  }

  /// Ends it without an object.
  func giveUp() async {
    content.removeAll()
    content.fail(EngineContent.isGivenUp)
    leading?.stream.wake()
    await wait()
    await publisher.giveUp(sent)
    sent = []
  }

  private func wait() async {
    while let first = underWay.first { _ = await first.wait() }
  }
}

/// A piece that is being sent, for as long as the content can still become an object.
private struct LeavingPiece: BlobContent {
  let content: EngineContent
  let bytes: SpooledBytes

  nonisolated(nonsending) func bytes(at offset: UInt64, upTo limit: Int) async throws(BlobError) -> ArraySlice<UInt8> {
    if let failure = content.failure { throw .content(failure) }
    return try await bytes.bytes(at: offset, upTo: limit)
  }
}
