internal import Digests
internal import EventLoop
internal import HTTPSemantics
internal import Storage

/// Sends the pieces of a long content to the engine while more of it comes. The last piece stays until somebody knows that
/// the content is right.
///
/// Whoever brings bytes waits while too many pieces are on their way: a client is read no faster than the engine takes.
@EventLoopActor
final class PieceSender {
  /// Pieces that may be on their way while the next one is gathered.
  private static let mostUnderWay = 2

  private let content: EngineContent
  private let publisher: BlobPublisher
  /// By what the pieces of one content are recognised.
  private let label: String
  private var underWay: [LoopPromise<Void>] = []
  private var started = 0
  private var sent: Set<BlobID> = []

  nonisolated init(_ content: EngineContent, _ publisher: BlobPublisher) {
    self.content = content
    self.publisher = publisher
    label = Hexadecimal.encode(SecureRandom.bytes(16))
  }

  /// Sends the pieces that are full. It waits until the last of them may begin.
  func proceed() async {
    while let piece = content.nextLeaving() {
      while underWay.count >= Self.mostUnderWay { _ = await underWay.first?.wait() }
      let (done, number) = (LoopPromise<Void>(), started)
      underWay.append(done)
      started += 1
      EventLoop.current.start { [self] in
        await send(piece.bytes, piece.slice, number)
        underWay.removeAll { $0 === done }
        done.fulfil(())
      }
    }
  }

  private func send(_ bytes: SpooledBytes, _ slice: BlobSlice, _ number: Int) async {
    guard content.failure == nil else { return }
    do throws(StorageError) {
      let md5 = try await publisher.spool.pool.run { () throws(StorageError) in try bytes.md5() }
      let blob = NewBlob(
        slice.id, length: slice.length, md5: md5, metadata: BlobMetadata.piece(number, of: label))
      try await publisher.put(blob, LeavingPiece(content: content, bytes: bytes), beside: sent)
      sent.insert(slice.id)
      content.arrived(slice.id)
    } catch {
      content.fail(error)
    }
  }

  /// Waits until nothing is on its way any more, and hands the pieces over: what the engine has, and the last one.
  /// - Throws: why a piece could not be sent; those that could are given up then.
  func finish() async throws(StorageError) -> (pieces: [EngineContent.Piece], leading: BlobMetadata.LeadingPieces?) {
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
    content.fail(.unavailable("the content was given up"))
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
