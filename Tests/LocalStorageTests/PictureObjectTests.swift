import Storage
import Digests
import HTTPSemantics
import Posix
import Testing

@testable import LocalStorage

/// Pictures as the object store shows them.
struct PictureObjectTests {
  private func md5(_ name: StoredName) -> String {
    Hexadecimal.encode(MD5.digest(of: Array("content of \(name)".utf8)))
  }

  @Test func tagIsTheMD5OfTheBytesAndTheIndexKnowsItThen() throws {
    let fixture = StoreFixture()
    let store = try fixture.store()
    let metadata = try store.upload("a.jpg")
    #expect(metadata.content.md5 == nil)
    try store.listPublished()
    #expect(try store.index.withoutMD5(limit: 9).map(\.name) == ["a.jpg"])
    let before = try store.open("a.jpg").status()
    let object = try #require(try store.objects(of: [metadata]).first)
    #expect(object.metadata.etag == md5("a.jpg"))
    #expect((object.metadata.size, object.metadata.contentType) == (metadata.content.size, "image/jpeg"))
    #expect(try store.index.withoutMD5(limit: 9).isEmpty)
    #expect(try store.metadata(of: "a.jpg")?.content.md5 == MD5.digest(of: Array("content of a.jpg".utf8)))
    // An archive that is being sent must not take the picture for another one.
    #expect(try ContentVersion.FileState(store.open("a.jpg").status()) == ContentVersion.FileState(before))
  }

  @Test func quietTimesAreUsed() throws {
    let fixture = StoreFixture()
    let store = try fixture.store()
    for number in 0..<5 { try store.upload(StoredName("\(number).jpg")!) }
    try store.listPublished()
    #expect(try store.completeMD5(limit: 3))
    #expect(try store.index.withoutMD5(limit: 9).count == 2)
    #expect(try store.completeMD5(limit: 3))
    #expect(try !store.completeMD5(limit: 3))
  }

  @Test func pictureThatIsGoneIsLeftOut() throws {
    let fixture = StoreFixture()
    let store = try fixture.store()
    let metadata = [try store.upload("a.jpg"), try store.upload("b.jpg"), try store.upload("c.jpg")]
    try store.remove("b.jpg")
    #expect(try store.objects(of: metadata).map(\.name.text) == ["a.jpg", "c.jpg"])
  }

  @Test func whatAPutSaidAndCannotBeReadIsAnError() throws {
    let fixture = StoreFixture()
    let store = try fixture.store()
    let metadata = try store.upload("a.jpg")
    let object = try #require(try store.objects(of: [metadata]).first)
    #expect(try object.metadata.completed(from: store.open("a.jpg")).etag == object.metadata.etag)
    // Such a descriptor tells nothing of attributes.
    let location = try FileDescriptor.open(fixture.data + "/images/a.jpg", .pathOnly)
    #expect(throws: StorageError.self) { try object.metadata.completed(from: location) }
  }
}
