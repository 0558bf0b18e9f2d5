import Posix
import Testing

@testable import LocalStorage

@Suite struct ForeignMediaTypesTests {
  private let folder: TemporaryFolder

  init() { folder = TemporaryFolder() }

  private func types(_ list: String) throws -> ForeignMediaTypes {
    let path = folder.path + "/mime.types"
    let file = try FileDescriptor.open(path, [.writeOnly, .create, .truncate])
    try file.writeAll(Array(list.utf8))
    return ForeignMediaTypes(listAt: path)
  }

  private func type(_ name: String, _ types: ForeignMediaTypes) -> String { types.mediaType(of: Array(name.utf8)) }

  @Test func listOfTheSystemTellsTheType() throws {
    let types = try types("image/heic heic\nimage/x-own jpg\n")
    #expect(type("a/b.HEIC", types) == "image/heic")
    #expect(type("a.tar.jpg", types) == "image/x-own")
    // Of a list that is there nothing is made up.
    #expect(type("a.png", types) == "application/octet-stream")
  }

  @Test(arguments: ["a", "a.", ".", "a.heic/b", "heic", "a/.", "a.b c", "", "a.heic."])
  func namesWithoutAKnownEndingAreBytes(name: String) throws {
    #expect(type(name, try types("image/heic heic\n")) == "application/octet-stream")
  }

  @Test(arguments: ["", "# nothing", "no type at all"]) func withoutAListTheUsualTypesAreKnown(list: String) throws {
    for types in [try types(list), ForeignMediaTypes(listAt: folder.path + "/missing")] {
      #expect(type("a.jpg", types) == "image/jpeg" && type("b.JPEG", types) == "image/jpeg")
      #expect(type("c.zip", types) == "application/zip" && type("d.html", types) == "application/octet-stream")
    }
  }

  @Test func listThatIsFarTooLargeIsNone() throws {
    let types = try types("text/own jpg\n" + String(repeating: "#", count: 2 << 20))
    #expect(type("a.jpg", types) == "image/jpeg")
  }
}
