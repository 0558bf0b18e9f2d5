import Storage
import Posix
import Synchronization
import Testing

@testable import LocalStorage

@Suite struct SecretTests {
  private let folder = TemporaryFolder()

  @Test func itIsMadeOnceAndKept() throws {
    let secret = try PrivateFolder(dataFolder: folder.path).secret()
    #expect(secret.count == 32)
    #expect(Set(secret).count > 8)
    #expect(try PrivateFolder(dataFolder: folder.path).secret() == secret)
    #expect(try fileStatus(atPath: folder.path + "/.vitrine/secret").mode & 0o777 == 0o600)
    #expect(folder.files == [".vitrine/secret"])
  }

  @Test func allWhoAskAtOnceGetTheSame() throws {
    let secrets = Mutex<Set<[UInt8]>>([])
    let path = folder.path
    var threads: [JoinedThread] = []
    for _ in 0..<16 {
      threads.append(
        try JoinedThread {
          do {
            let secret = try PrivateFolder(dataFolder: path).secret()
            _ = secrets.withLock { $0.insert(secret) }
          } catch {
            Issue.record(error)
          }
        })
    }
    for thread in threads { thread.join() }
    #expect(secrets.withLock { $0.count } == 1)
    #expect(folder.files == [".vitrine/secret"])
  }

  @Test(arguments: [0, 31, 33]) func oneOfAnotherLengthIsRefused(length: Int) throws {
    let privateFolder = try PrivateFolder(dataFolder: folder.path)
    try folder.write([UInt8](repeating: 1, count: length), to: ".vitrine/secret")
    #expect(throws: StorageError.self) { try privateFolder.secret() }
  }
}
