import Storage
import Foundation
import Posix
import Synchronization
import Testing

@testable import LocalStorage

@Suite struct ChecksumMemoryTests {
  private let folder = TemporaryFolder()

  private func memory(capacity: Int = 1000) throws -> ChecksumMemory {
    try ChecksumMemory(in: PrivateFolder(dataFolder: folder.path), capacity: capacity) { _ in }
  }

  private func identity(_ inode: UInt64, size: UInt64 = 1) -> FileIdentity {
    FileIdentity(
      device: .max, inode: inode, size: size, modified: Timestamp(seconds: 100, nanoseconds: 1),
      changed: Timestamp(seconds: 100, nanoseconds: 2))
  }

  private let later = Timestamp(seconds: 1000)

  @Test func whatIsRememberedIsKnownToAllAndLater() throws {
    let one = try memory()
    let other = try memory()
    one.remember([(identity(1), 11), (identity(2), .max)], readSince: later)
    #expect(other.checksums(of: [identity(2), identity(3), identity(1)]) == [.max, nil, 11])
    #expect(try memory().checksums(of: [identity(1)]) == [11])
    #expect(one.checksums(of: []) == [])
  }

  @Test func everyPartOfTheIdentityCounts() throws {
    let memory = try memory()
    memory.remember([(identity(1), 11)], readSince: later)
    var others = Array(repeating: identity(1), count: 5)
    others[0].device = 1
    others[1].inode = 2
    others[2].size = 2
    others[3].modified.nanoseconds += 1
    others[4].changed.nanoseconds += 1
    #expect(memory.checksums(of: others) == [nil, nil, nil, nil, nil])
  }

  @Test func aNewContentTakesThePlaceOfTheOld() throws {
    let memory = try memory()
    memory.remember([(identity(1), 11)], readSince: later)
    memory.remember([(identity(1, size: 2), 22)], readSince: later)
    #expect(memory.checksums(of: [identity(1), identity(1, size: 2)]) == [nil, 22])
  }

  @Test func theOldestAreForgottenBeyondTheCapacity() throws {
    let memory = try memory(capacity: 5)
    for inode in 1...8 { memory.remember([(identity(UInt64(inode)), UInt32(inode))], readSince: later) }
    let identities = (1...8).map { identity(UInt64($0)) }
    #expect(memory.checksums(of: identities) == [nil, nil, nil, 4, 5, 6, 7, 8])
    memory.remember(identities.map { ($0, 9) }, readSince: later)
    #expect(memory.checksums(of: identities).compactMap { $0 }.count == 5)
  }

  @Test func aFileThatHasJustChangedIsNotRemembered() throws {
    let memory = try memory()
    memory.remember([(identity(1), 11)], readSince: Timestamp(seconds: 100, nanoseconds: 50_000_002))
    memory.remember([(identity(2), 22)], readSince: Timestamp(seconds: 100, nanoseconds: 50_000_003))
    var coarse = [identity(3), identity(4)]
    for index in coarse.indices { coarse[index].changed.nanoseconds = 0 }
    memory.remember([(coarse[0], 33)], readSince: Timestamp(seconds: 102))
    memory.remember([(coarse[1], 44)], readSince: Timestamp(seconds: 102, nanoseconds: 1))
    #expect(memory.checksums(of: [identity(1), identity(2)] + coarse) == [nil, 22, nil, 44])
  }

  @Test func itMayBeDeletedOrDamagedAtAnyTime() throws {
    let lines = Mutex<[String]>([])
    let memory = try ChecksumMemory(in: PrivateFolder(dataFolder: folder.path)) { line in
      lines.withLock { $0.append(line) }
    }
    memory.remember([(identity(1), 11)], readSince: later)
    for suffix in ["", "-wal", "-shm"] {
      try FileManager.default.removeItem(atPath: folder.path + "/.vitrine/checksums-1.db" + suffix)
    }
    #expect(memory.checksums(of: [identity(1)]) == [nil])
    memory.remember([(identity(1), 11)], readSince: later)
    #expect(memory.checksums(of: [identity(1)]) == [11])
    #expect(lines.withLock { $0 } == [])
  }

  @Test func manyThreadsShareIt() throws {
    let memory = try memory(capacity: 10_000)
    let later = later
    var threads: [JoinedThread] = []
    for thread in 0..<8 {
      threads.append(
        try JoinedThread {
          for number in 0..<20 {
            let inode = UInt64(thread * 100 + number)
            let identity = FileIdentity(
              device: 1, inode: inode, size: 1, modified: Timestamp(seconds: 1), changed: Timestamp(seconds: 1))
            memory.remember([(identity, UInt32(inode))], readSince: later)
            if memory.checksums(of: [identity]) != [UInt32(inode)] { Issue.record("forgotten") }
          }
        })
    }
    for thread in threads { thread.join() }
  }
}
