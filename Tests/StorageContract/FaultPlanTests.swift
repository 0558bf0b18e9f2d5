import MemoryStorage
import Posix
import Storage
import Testing

/// The faults of a storage in memory, which other tests build on.
struct FaultPlanTests {
  let faults = FaultPlan()
  let store: MemoryObjectStore

  init() async throws {
    store = MemoryObjectStore(faults: faults)
    try await store.createBucket(bucket, BucketConfiguration(owner: "anna", created: Clock.now()))
  }

  @Test func theChosenCallFailsAndNoOther() async throws {
    try await store.put("before", "x")
    faults.fail(.commit, call: 2, with: .full)
    try await store.put("a", "x")
    await #expect(throws: StorageError.full) { try await store.put("b", "x") }
    try await store.put("c", "x")
    #expect(try await store.keys() == ["a", "before", "c"])
    #expect(faults.count(.commit) == 4)
    #expect(store.space.bytesInUse == 3)
  }

  @Test func severalCallsFailUntilAllIsForgotten() async throws {
    faults.failAlways(.append, with: .full)
    for _ in 0..<3 { await #expect(throws: StorageError.full) { try await store.put("a", "x") } }
    faults.clear()
    try await store.put("a", "x")
    faults.fail(.list, times: 2, with: .unavailable("no descriptors"))
    for _ in 0..<2 { await #expect(throws: StorageError.unavailable("no descriptors")) { try await store.keys() } }
    #expect(try await store.keys() == ["a"])
  }

  @Test func anActionRunsBeforeItsCall() async throws {
    try await store.put("k", "first")
    faults.before(.commit) { [store] in _ = try? await store.remove("k") }
    try await store.put("k", "second", if: .absent)
    #expect(try await store.get("k") == "second")
  }

  @Test func aReadThatFailsIsNoEndOfTheObject() async throws {
    try await store.put("k", "content")
    faults.fail(.read, with: .io(.inputOutput, context: "reading"))
    await #expect(throws: StorageError.io(.inputOutput, context: "reading")) { try await store.get("k") }
    #expect(try await store.get("k") == "content")
  }
}
