/** Whether contracts come to us or leave us, whichever outcome they pay on. */
export type Side = 'buy' | 'sell'
