import { Reviews } from './reviews';

/** Rendered when it is requested. */
export const dynamic = 'force-dynamic';

export default async function Page({ params }) {
  const { id } = await params;
  return (
    <main>
      <h1>Harbour rain jacket</h1>
      <Reviews productId={id} productName="Harbour rain jacket" locale="en" />
    </main>
  );
}
