/** Which SDK this is: said to servers, and in hints about servers of another version. A test holds it against the package. */
export const sdkVersion = '0.1.0';
