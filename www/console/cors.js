/** What a CORS configuration looks like, to begin with. */
export const exampleRules = `<CORSConfiguration>
  <CORSRule>
    <AllowedOrigin>https://www.example.org</AllowedOrigin>
    <AllowedMethod>GET</AllowedMethod>
    <AllowedMethod>PUT</AllowedMethod>
    <AllowedHeader>*</AllowedHeader>
    <ExposeHeader>ETag</ExposeHeader>
    <MaxAgeSeconds>3600</MaxAgeSeconds>
  </CORSRule>
</CORSConfiguration>
`;
