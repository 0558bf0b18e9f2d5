import Digests
import Testing

@Suite struct LibraryVersionsTests {
  @Test func libraryVersionsAreNumbers() {
    #expect(LibraryVersions.libcrypto.first?.isNumber == true)
    #expect(LibraryVersions.zlib.first?.isNumber == true)
  }
}
