import HTTPSemantics
import MemoryStorage
import Posix
import Storage
import Testing

private struct StepFailed: Error, Equatable {
  var number: Int
}

struct WriterTests {
  @Test(arguments: Implementation.allCases)
  func nothingIsSeenBeforeTheCommit(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    let writer = try await objects.store.writer(of: bytes("k"), in: bucket)
    try await writer.append(bytes("con"))
    try await writer.append(bytes("tent"))
    #expect(try await objects.other.keys().isEmpty)
    await #expect(throws: StorageError.noSuchKey) { try await objects.other.head("k") }
    try await writer.commit(metadata(of: bytes("content")), if: .none)
    #expect(try await objects.other.get("k") == "content")
  }

  @Test(arguments: Implementation.allCases)
  func aStepSeesAndChangesTheContentSoFar(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    let writer = try await objects.store.writer(of: bytes("k"), in: bucket)
    let seen = try await writer.update { (staged) throws(StorageError) in
      try staged.append(bytes("0123456789").span)
      try staged.apply([ByteEdit(range: 1..<3), ByteEdit(range: 5..<7, replacement: bytes("x"))])
      var buffer = [UInt8](repeating: 0, count: 4)
      let count = try staged.read(into: &buffer, at: 1)
      var rest = [UInt8](repeating: 0, count: 9)
      let restCount = try staged.read(into: &rest, at: 6)
      let endCount = try staged.read(into: &rest, at: 7)
      return (staged.size, Array(buffer[..<count]), Array(rest[..<restCount]), endCount)
    }
    #expect(seen.0 == 7)
    #expect(seen.1 == bytes("34x7"))
    #expect(seen.2 == bytes("9"))
    #expect(seen.3 == 0)
    try await writer.update { (staged) throws(StorageError) in
      try staged.truncate(to: 100)
      try staged.truncate(to: 6)
      try staged.append(bytes("!").span)
    }
    try await writer.commit(metadata(of: bytes("034x78!")), if: .none)
    #expect(try await objects.other.get("k") == "034x78!")
  }

  @Test(arguments: Implementation.allCases)
  func aLastStepAndTheCommitAreOne(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    let writer = try await objects.store.writer(of: bytes("k"), in: bucket)
    try await writer.append(bytes("con"))
    let committed = try await writer.commit(if: .none, appending: nil) { (staged) throws(StepFailed) in
      do throws(StorageError) { try staged.append(bytes("tent").span) } catch { throw StepFailed(number: 1) }
      return metadata(of: bytes("content"))
    }
    #expect(committed.size == 7)
    #expect(try await objects.other.get("k") == "content")
  }

  @Test(arguments: Implementation.allCases)
  func aLastStepThatThrowsGivesTheContentUp(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    try await objects.store.put("k", "before")
    let writer = try await objects.store.writer(of: bytes("k"), in: bucket)
    try await writer.append(bytes("content"))
    do {
      _ = try await writer.commit(if: .none, appending: nil) { (_) throws(StepFailed) -> ObjectMetadata in
        throw StepFailed(number: 7)
      }
      Issue.record("the step threw")
    } catch {
      guard case .step(StepFailed(number: 7)) = error else {
        Issue.record("\(error)")
        return
      }
    }
    #expect(try await objects.other.get("k") == "before")
  }

  @Test(arguments: Implementation.allCases)
  func aConditionThatFailsAfterTheLastStepIsTheStoragesError(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    try await objects.store.put("k", "before")
    let writer = try await objects.store.writer(of: bytes("k"), in: bucket)
    do {
      _ = try await writer.commit(if: Precondition(differs: .any), appending: nil) { (staged) throws(StorageError) in
        try staged.append(bytes("content").span)
        return metadata(of: bytes("content"))
      }
      Issue.record("the object is there")
    } catch {
      guard case .storage(.preconditionFailed) = error else {
        Issue.record("\(error)")
        return
      }
    }
    #expect(try await objects.other.get("k") == "before")
  }

  @Test(arguments: Implementation.allCases)
  func whatAStepThrowsComesBackAndTheContentStays(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    let writer = try await objects.store.writer(of: bytes("k"), in: bucket)
    try await writer.append(bytes("con"))
    await #expect(throws: StepFailed(number: 7)) {
      try await writer.update { _ throws(StepFailed) in throw StepFailed(number: 7) }
    }
    try await writer.append(bytes("tent"))
    try await writer.commit(metadata(of: bytes("content")), if: .none)
    #expect(try await objects.store.get("k") == "content")
  }

  @Test(arguments: Implementation.allCases)
  func contentThatIsTakenBackBeginsAnew(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    let writer = try await objects.store.writer(of: bytes("k"), in: bucket)
    try await writer.append(bytes("wrong"))
    let size = await writer.update { staged in
      staged.removeAll()
      return staged.size
    }
    #expect(size == 0)
    try await writer.append(bytes("right"))
    try await writer.commit(metadata(of: bytes("right")), if: .none)
    #expect(try await objects.store.get("k") == "right")
    #expect(try await objects.residue().isEmpty)
  }

  @Test(arguments: Implementation.allCases, [false, true])
  func whatAReaderGivesCanBeAppended(_ implementation: Implementation, secured: Bool) async throws {
    let objects = try await implementation.objectsWithBucket()
    try await objects.store.put(bytes("source"), ReaderTests.content)
    let source = try await objects.store.open(bytes("source"), in: bucket, version: nil)
    let reader = source.reader(1_000..<290_000)
    let writer = try await objects.other.writer(of: bytes("copy"), in: bucket)
    try await writer.append(bytes("begin "))
    while let chunk = try await reader.next(secured: secured) {
      try await writer.update { (staged) throws(StorageError) in try staged.append(chunk) }
    }
    try await reader.check()
    let copy = bytes("begin ") + ReaderTests.content[1_000..<290_000]
    try await writer.commit(metadata(of: copy), if: .none)
    #expect(try await objects.store.get(bytes("copy")) == copy)
    // The copy is one of its own.
    try await objects.store.put("source", "other")
    #expect(try await objects.store.get(bytes("copy")) == copy)
  }

  @Test(arguments: Implementation.allCases)
  func anOpenedObjectIsCopiedInRanges(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    try await objects.store.put(bytes("source"), ReaderTests.content)
    let source = try await objects.store.open(bytes("source"), in: bucket, version: nil)
    let writer = try await objects.other.writer(of: bytes("copy"), in: bucket)
    try await writer.append(bytes("begin "))
    try await source.copy(100..<200_000, to: writer)
    try await source.copy(5..<5, to: writer)
    try await source.copy(0..<3, to: writer)
    let copy = bytes("begin ") + ReaderTests.content[100..<200_000] + ReaderTests.content[..<3]
    try await writer.commit(metadata(of: copy), if: .none)
    #expect(try await objects.store.get(bytes("copy")) == copy)
  }

  @Test(arguments: Implementation.allCases)
  func aCopyOfAnObjectThatIsReplacedIsOfOneContentOrFails(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    try await objects.store.put(bytes("source"), Array(repeating: UInt8(ascii: "a"), count: 300_000))
    do {
      let source = try await objects.store.open(bytes("source"), in: bucket, version: nil)
      let writer = try await objects.store.writer(of: bytes("copy"), in: bucket)
      try await source.copy(0..<100_000, to: writer)
      try await objects.other.put(bytes("source"), Array(repeating: UInt8(ascii: "b"), count: 300_000))
      try await source.copy(100_000..<300_000, to: writer)
      try await writer.commit(source.head.metadata, if: .none)
      #expect(try await tag(of: objects.store.get(bytes("copy"))) == source.head.metadata.etag)
    } catch StorageError.versionChanged {
      #expect(try await objects.store.keys() == ["source"])
    }
    // The content of before is nobody's any more.
    #expect(try await objects.residue().isEmpty)
  }

  @Test(arguments: Implementation.allCases)
  func anObjectCanBeCopiedOntoItself(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    try await objects.store.put(bytes("k"), ReaderTests.content)
    let source = try await objects.store.open(bytes("k"), in: bucket, version: nil)
    let reader = source.reader(0..<UInt64(ReaderTests.content.count))
    let writer = try await objects.store.writer(of: bytes("k"), in: bucket)
    while let chunk = try await reader.next(secured: false) {
      try await writer.update { (staged) throws(StorageError) in try staged.append(chunk) }
    }
    try await reader.check()
    var changed = source.head.metadata
    changed.contentType = "text/html"
    try await writer.commit(changed, if: Precondition(matches: .oneOf([changed.etag])))
    #expect(try await objects.other.get(bytes("k")) == ReaderTests.content)
    #expect(try await objects.other.head("k").metadata.contentType == "text/html")
  }

  @Test(arguments: Implementation.allCases)
  func aWriterThatGivesUpLeavesNothing(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    let writer = try await objects.store.writer(of: bytes("k"), in: bucket)
    try await writer.append(ReaderTests.content)
    await writer.discard()
    #expect(try await objects.store.keys().isEmpty)
    #expect(try await objects.residue().isEmpty)
  }

  @Test(arguments: Implementation.allCases)
  func aWriterThatDiesLeavesNothing(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    try await objects.store.put("k", "before")
    do {
      let writer = try await objects.store.writer(of: bytes("k"), in: bucket)
      try await writer.append(ReaderTests.content)
    }
    #expect(try await objects.other.get("k") == "before")
    #expect(try await objects.store.keys() == ["k"])
    #expect(try await objects.residue().isEmpty)
    try await objects.store.remove("k")
    try await objects.store.deleteBucket(bucket)
  }

  @Test(arguments: Implementation.allCases)
  func aCommitThatFailsLeavesTheObjectAndNothingElse(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    try await objects.store.put("k", "before") { $0.tags = [NameValuePair("a", "1")] }
    let head = try await objects.store.head("k")
    await #expect(throws: StorageError.preconditionFailed) {
      try await objects.other.put("k", "after", if: .absent) { metadata in
        metadata.tags = (0..<10).map { NameValuePair("tag\($0)", String(repeating: "t", count: 250)) }
        metadata.userMetadata = [NameValuePair("long", String(repeating: "m", count: 1_900))]
      }
    }
    #expect(try await objects.store.head("k") == head)
    #expect(try await objects.store.get("k") == "before")
    #expect(try await objects.residue().isEmpty)
  }

  @Test(arguments: Implementation.allCases)
  func aWriterOfADeletedBucketIsToldAtTheCommit(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    let writer = try await objects.store.writer(of: bytes("a/b/k"), in: bucket)
    try await writer.append(bytes("content"))
    try await objects.other.deleteBucket(bucket)
    await #expect(throws: StorageError.noSuchBucket) {
      try await writer.commit(metadata(of: bytes("content")), if: .none)
    }
    #expect(try await objects.store.bucketNames().isEmpty)
    #expect(try await objects.residue().isEmpty)
  }
}
