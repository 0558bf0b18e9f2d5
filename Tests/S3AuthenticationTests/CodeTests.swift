import S3Authentication
import Testing

@Suite struct CodeTests {
  @Test(arguments: S3AuthenticationError.Code.allCases) func everyCodeIsAClientErrorWithWords(
    code: S3AuthenticationError.Code
  ) {
    #expect((400...501).contains(code.status))
    #expect(!code.message.isEmpty)
    #expect(S3AuthenticationError(code).message == code.message)
  }
}
