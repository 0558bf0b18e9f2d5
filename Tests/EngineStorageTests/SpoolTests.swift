import Digests
import EngineFixture
import EventLoop
import HTTPSemantics
import LoopFixture
import Posix
import RandomFixture
import Storage
import Testing

@testable import EngineStorage

@Suite(.enabled(if: hasDatabase))
struct SpoolTests {
  @Test func whatDoesNotFitIntoTheSpoolIsRefusedForAWhile() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let folder = SharedDescriptor(try FileDescriptor.open("/tmp", [.directory]))
    let spool = Spool(in: folder, capacity: 1_000_000, pool: BlockingPool(name: "spool", limit: 1))
    let store = EngineObjectStore(engine.names, engine.blobs, spool)
    let first = try await store.writer(of: bytes("first"), in: bucket)
    try await first.update { (staged) throws(StorageError) in try staged.append(pattern(800_000).span) }
    guard case .unavailable? = await failure({ try await store.put("second", pattern(300_000)) }) else {
      Issue.record("it was taken")
      return
    }
    #expect(spool.bytesInUse == 800_000)
    await first.discard()
    #expect(spool.bytesInUse == 0)
    try await store.put("second", pattern(300_000))
    #expect(try await store.get("second") == pattern(300_000))
    #expect(spool.bytesInUse == 0)
  }

  /// In memory, in a file, and on the border between both.
  @Test(arguments: [1_000, 262_144, 262_145, 900_000])
  func contentsOfAnyLengthCanBeEdited(_ length: Int) async throws {
    let engine = try await EngineUnderTest.withBucket()
    let content = pattern(length)
    let writer = try await engine.objects.writer(of: bytes("k"), in: bucket)
    try await writer.update { (staged) throws(StorageError) in
      var offset = 0
      while offset < length {
        try staged.append(content.span.extracting(offset..<min(length, offset + 70_000)))
        offset += 70_000
      }
    }
    let end = UInt64(length)
    try await writer.update { (staged) throws(StorageError) in
      try staged.apply([
        ByteEdit(range: 0..<3), ByteEdit(range: 10..<20, replacement: bytes("edit")),
        ByteEdit(range: end - 100..<end - 50),
      ])
      try staged.truncate(to: staged.size - 10)
      try staged.append(bytes("!").span)
    }
    let expected =
      content[3..<10] + bytes("edit") + content[20..<length - 100] + content[length - 50..<length - 10] + [33]
    try await writer.commit(metadata(of: Array(expected)), if: .none)
    #expect(try await engine.objects.get("k") == Array(expected))
    #expect(try await engine.residue().isEmpty)
  }

  /// Whatever a sender announces, in memory or in a file: what came is what is stored.
  @Test(arguments: [0, 1, 200_000, 262_145, 1_048_576, 1_048_577, 40_000_000], [200_000, 900_000, 1_200_000])
  func announcedLengthChangesNothing(_ announced: UInt64, _ length: Int) async throws {
    let engine = try await EngineUnderTest.withBucket(pieceSize: 500_000)
    let content = pattern(length)
    let writer = try await engine.objects.writer(of: bytes("k"), in: bucket)
    writer.expect(announced)
    try await writer.update { (staged) throws(StorageError) in
      var offset = 0
      while offset < length {
        try staged.append(content.span.extracting(offset..<min(length, offset + 70_000)))
        offset += 70_000
      }
    }
    try await writer.commit(metadata(of: content), if: .none)
    #expect(try await engine.objects.get("k") == content)
    #expect(try await engine.residue().isEmpty)
  }

  /// A step that waits for no disk: as many as there is memory for, each from its first byte to its last.
  @Test(arguments: [1, 1_000_000, 1_048_576]) func shortStepsOfWhatIsInMemoryAreDoneAtOnce(_ length: Int) async throws {
    let engine = try await EngineUnderTest.withBucket()
    let content = pattern(length)
    let atOnce = try await TestLoop.run { () async throws in
      let writer = try await engine.objects.writer(of: bytes("k"), in: bucket)
      writer.expect(UInt64(length))
      var atOnce: Set<Bool> = []
      for start in stride(from: 0, to: length, by: 131_072) {
        let step = content[start..<min(length, start + 131_072)]
        let isAtOnce = try await writer.update(appending: step.count) { (staged) throws(StorageError) in
          try staged.append(step)
          return EventLoopActor.ifIsolated { true } ?? false
        }
        atOnce.insert(isAtOnce)
      }
      try await writer.commit(metadata(of: content), if: .none)
      return atOnce
    }
    #expect(atOnce == [true])
    #expect(try await engine.objects.get("k") == content)
  }

  /// One that may wait for a disk, that takes long, and of which nobody knows how long it takes.
  @Test(
    arguments: [
      (1_048_577, 1_000, 0), (nil, 1_000, 0), (1_000_000, 1_000, 16_000_000), (1_000_000, 200_000, 0),
      (1_000_000, nil, 0),
    ] as [(UInt64?, Int?, Int)])
  func otherStepsKeepNobodyFromTheLoop(_ announced: UInt64?, _ count: Int?, _ otherMemory: Int) async throws {
    let engine = try await EngineUnderTest.withBucket()
    #expect(engine.spool.takeMemory(otherMemory))
    let atOnce = try await TestLoop.run { () async throws in
      let writer = try await engine.objects.writer(of: bytes("k"), in: bucket)
      if let announced { writer.expect(announced) }
      let atOnce = try await writer.update(appending: count) { (staged) throws(StorageError) in
        try staged.append(pattern(1_000).span)
        return EventLoopActor.ifIsolated { true } ?? false
      }
      await writer.discard()
      return atOnce
    }
    #expect(!atOnce)
  }

  /// As they came, or copied; in memory, or in a file that they are too long or too many for memory.
  @Test(arguments: [0, 1, 4_000, 262_144, 1_000_000, 1_100_000], [0, 15_500_000])
  func bytesAreGivenBackAsTheyCameInPiecesOfAnyLength(_ length: Int, _ otherMemory: Int) async throws {
    TestLoop.start()
    let folder = SharedDescriptor(try FileDescriptor.open("/tmp", [.directory]))
    let spool = Spool(in: folder, capacity: 1 << 30, pool: BlockingPool(name: "spool", limit: 1))
    #expect(spool.takeMemory(otherMemory))
    let content = pattern(length)
    var random = SeededGenerator(seed: 1)
    for isAnnounced in [false, true] {
      let stored = SpooledBytes(spool, expecting: isAnnounced ? UInt64(length) : nil)
      var offset = 0
      while offset < length {
        // Around the length from which pieces are not copied, short ones, and all at once.
        let end = min(
          length, offset + ([1, 100, 32_767, 32_768, 65_536, 200_000, length].randomElement(using: &random) ?? 1))
        if Bool.random(using: &random) {
          try stored.append(content[offset..<end])
        } else {
          try stored.append(content.span.extracting(offset..<end))
        }
        offset = end
      }
      #expect(stored.size == UInt64(length))
      #expect(try stored.md5() == MD5.digest(of: content))
      for start in [0, 1, length / 3, length - 1, length] where start >= 0 && start <= length {
        var buffer = [UInt8](repeating: 0, count: 100_000)
        let count = try stored.read(into: &buffer, 10..<buffer.count, at: UInt64(start))
        #expect(count == min(length - start, 99_990) && buffer[10..<10 + count] == content[start..<start + count])
        let (given, pieces) = try await TestLoop.run { () async throws in
          (
            try await Array(stored.bytes(at: UInt64(start), upTo: 70_000)),
            try await Array(stored.pieces(at: UInt64(start), upTo: 150_000).joined())
          )
        }
        #expect(given.elementsEqual(content[start..<start + given.count]) && (start == length) == given.isEmpty)
        #expect(pieces.elementsEqual(content[start..<start + pieces.count]) && pieces.count >= given.count)
      }
      try stored.truncate(to: UInt64(length / 2))
      try stored.append(content[(length / 2)...].prefix(40_000))
      #expect(try stored.md5() == MD5.digest(of: Array(content.prefix(length / 2 + 40_000))))
    }
  }

  /// However many come at once: what finds no room in memory lies in files.
  @Test func memoryOfContentsUnderWayIsBounded() async throws {
    let engine = try await EngineUnderTest.withBucket()
    let piece = pattern(100_000)
    var writers: [any ObjectWriter] = []
    for number in 0..<60 {
      // Every third is too long for memory, every third does not say how long it is.
      let announced: UInt64? = [1_000_000, 90_000_000, nil][number % 3]
      let writer = try await engine.objects.writer(of: bytes("\(number)"), in: bucket)
      if let announced { writer.expect(announced) }
      for _ in 0..<3 {
        try await writer.update { (staged) throws(StorageError) in try staged.append(piece.span) }
      }
      writers.append(writer)
      #expect(engine.spool.memoryInUse <= Spool.memoryCapacity)
    }
    // Sixteen of a megabyte each, and none of those that are longer.
    #expect(engine.spool.memoryInUse == 16_000_000 && engine.spool.bytesInUse == 18_000_000)
    for writer in writers { await writer.discard() }
    #expect(engine.spool.memoryInUse == 0 && engine.spool.bytesInUse == 0)
  }
}
