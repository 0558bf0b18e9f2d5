import Storage
import LocalStorage
import S3Documents
import Synchronization
import Testing

@testable import ObjectStorage

@Suite struct DocumentMemoTests {
  @Test func documentIsReadOnceForEachText() {
    let memo = ParsedDocumentCache<String, Int>()
    let reads = Mutex(0)
    func ask(_ text: String) -> Int {
      memo.document(of: "bucket", text) { text in
        reads.withLock { $0 += 1 }
        return text.utf8.count
      }
    }
    for _ in 0..<10 { #expect(ask("one") == 3) }
    #expect(reads.withLock { $0 } == 1)
    for _ in 0..<10 { #expect(ask("another") == 7) }
    #expect(reads.withLock { $0 } == 2)
  }

  @Test func settingsTooLongToBeReadForbidWhatTheyCan() throws {
    let documents = ParsedDocuments()
    let name = try BucketName("bbb")
    let padding = String(repeating: " ", count: ParsedDocuments.longest)
    #expect(documents.publicAccess(of: name, padding).restrictsPublicBuckets)
    #expect(documents.crossOriginRules(of: "bbb", padding) == nil)
  }
}
