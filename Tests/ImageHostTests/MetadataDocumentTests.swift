import Storage
import HTTPSemantics
import Posix
import Testing

@testable import ImageHost

struct MetadataDocumentTests {
  private let links = PictureLinks(base: "http://host")

  private func document(_ metadata: PictureMetadata) -> String {
    String(
      decoding: JSONWriter.write(DescribedPicture.shape.json(DescribedPicture(metadata: metadata, links: links))),
      as: UTF8.self)
  }

  @Test func membersAreTheContractsInItsOrder() {
    #expect(
      document(.sample())
        == """
        {"id":"01jzzzzzzzzzzzzzzzzzzzzzzz","name":"01jzzzzzzzzzzzzzzzzzzzzzzz.jpg",\
        "url":"http://host/images/01jzzzzzzzzzzzzzzzzzzzzzzz.jpg","original_name":"cat.jpg","type":"image/jpeg",\
        "size":48213,"width":1200,"height":800,"sha256":"\(String(repeating: "ab", count: 32))",\
        "uploaded_at":"2025-01-24T14:00:00Z","visibility":"public"}
        """)
  }

  @Test func endIsThereWhereThereIsOne() {
    #expect(
      document(.sample(expires: Timestamp(seconds: 1_737_730_800))).hasSuffix(
        "\"expires_at\":\"2025-01-24T15:00:00Z\"}"))
  }

  @Test func hostileNamesAreData() throws {
    let name = "\"}\\\n\u{2028}<script>.jpg"
    let parsed = try JSONParser.parse(Array(document(.sample(name)).utf8))
    #expect(parsed["original_name"] == .string(name))
  }

  @Test func nameWithoutExtensionIsItsOwnIdentifier() {
    #expect(PictureMetadata.sample(name: "noextension").identifier == "noextension")
  }
}
