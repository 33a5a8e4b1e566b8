/*
 * An Express app that does nothing but parse and answer: no validation, no ids, no logging, no durability. What Express itself costs,
 * and so the most that any checkout on it can do. Takes the port as its argument.
 */
import express from 'express';

const app = express();
app.post('/checkout', express.json(), (request, response) => {
  const { currency } = request.body as { currency: string };
  response
    .status(201)
    .location('/purchases/01890000-0000-7000-8000-000000000000')
    .json({
      id: '01890000-0000-7000-8000-000000000000',
      sequence: 1,
      status: 'accepted',
      acceptedAt: '2026-01-01T00:00:00.000Z',
      currency,
      total: 7499,
      deliveries: { warehouse: 'pending', finance: 'pending' },
    });
});
app.get('/readyz', (_request, response) => {
  response.json({ status: 'ready' });
});
app.listen(Number(process.argv[2]), '127.0.0.1');
