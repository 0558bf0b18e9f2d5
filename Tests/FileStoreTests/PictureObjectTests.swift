import Digests
import Posix
import Testing

@testable import FileStore

/// Pictures as the object store shows them.
struct PictureObjectTests {
  private func md5(_ name: StoredName) -> String {
    Hexadecimal.encode(MD5.digest(of: Array("content of \(name)".utf8)))
  }

  @Test func tagIsTheMD5OfTheBytesAndIsComputedOnce() throws {
    let fixture = StoreFixture()
    let store = try fixture.store()
    let facts = try store.upload("a.jpg")
    #expect(facts.content.md5 == nil)
    let object = try #require(try store.objects(of: [facts]).first)
    #expect(object.facts.etag == md5("a.jpg"))
    #expect((object.facts.size, object.facts.contentType) == (facts.content.size, "image/jpeg"))
    // The list of this process knows it, and so does the file.
    #expect(try store.facts(of: "a.jpg")?.content.md5 == MD5.digest(of: Array("content of a.jpg".utf8)))
    let file = try store.open("a.jpg")
    #expect(try file.recordedFacts()?.content.md5 != nil)
  }

  @Test func whatThisListDoesNotKnowIsReadFromTheFile() throws {
    let fixture = StoreFixture()
    let store = try fixture.store()
    let facts = try store.upload("a.jpg")
    _ = try fixture.store(owner: StoreFixture.deadOwner).objects(of: [facts])
    #expect(try store.objects(of: [facts]).map(\.facts.etag) == [md5("a.jpg")])
  }

  @Test func pictureThatIsGoneIsLeftOut() throws {
    let fixture = StoreFixture()
    let store = try fixture.store()
    let facts = [try store.upload("a.jpg"), try store.upload("b.jpg"), try store.upload("c.jpg")]
    try store.remove("b.jpg")
    #expect(try store.objects(of: facts).map(\.name.text) == ["a.jpg", "c.jpg"])
  }
}
