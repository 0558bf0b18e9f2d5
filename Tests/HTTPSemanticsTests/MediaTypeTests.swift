import HTTPSemantics
import Testing

@Suite struct MediaTypeTests {
  @Test func typeAndParametersAreSplit() throws {
    let type = try #require(MediaType(parsing: "Multipart/Form-Data; Boundary=\"a b;\\\"c\" ;charset=UTF-8;"))
    #expect(type.essence == "multipart/form-data")
    #expect(type.parameter("boundary") == "a b;\"c")
    #expect(type.parameter("charset") == "UTF-8")
    #expect(type.parameter("x") == nil)
    #expect(type.description == "multipart/form-data; boundary=\"a b;\\\"c\"; charset=UTF-8")
    #expect(MediaType(parsing: type.description) == type)
  }

  @Test(arguments: [
    "multipart/form-data; boundary=----WebKitFormBoundaryAbc", "multipart/form-data;boundary=_=/:?'()+,.",
    "multipart/form-data ; boundary=0123456789",
  ])
  func unquotedBoundariesAreTakenAsSent(text: String) throws {
    let boundary = try #require(MediaType(parsing: text)?.parameter("boundary"))
    #expect(text.hasSuffix("=" + boundary))
  }

  @Test(arguments: [
    "", "text", "text/", "/plain", "text/plain;a", "text/plain;a=", "text/plain;a=\"b", "text/plain; a=b; A=c",
    "text/plain x", "text/plain; a=b c", "text /plain", "text/plain,text/html", "text/plain;a=\"b\"c",
  ])
  func malformedTypesAreRefused(text: String) {
    #expect(MediaType(parsing: text) == nil)
  }
}
