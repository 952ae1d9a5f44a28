export default function Layout({ children }) {
  return (
    <html lang="en">
      <head>
        <link rel="stylesheet" href={`${process.env.CDN_URL}/starling-reviews.css`} />
        <script type="module" src={`${process.env.CDN_URL}/starling-reviews.js`} />
      </head>
      <body>{children}</body>
    </html>
  );
}
